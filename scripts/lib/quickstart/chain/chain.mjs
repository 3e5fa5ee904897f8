/**
 * A service chain on this machine: client, router, firewall, server. A rule blocks a port at run time and opens it again,
 * the firewall scales out while a TCP transfer goes on, and the counters of all parts are compared. Then a UPF is put at
 * the far side (upf.mjs), and UEs go the chain the other way.
 */
import { sleep } from '../../time.mjs';
import { expect } from '../journey.mjs';
import { chainNetworks } from '../networks.mjs';
import { teller, tellPlacement } from '../tour.mjs';
import { ping, routeVia } from '../traffic.mjs';
import * as vnf from '../vnf.mjs';
import { apart, countFromHere, ruleCounters } from './counters.mjs';
import { connects, fetchBytes, serve, stream } from './traffic.mjs';
import { routesToUes, uePool, ueRules, UpfPart } from './upf.mjs';

const [west, middle, east] = chainNetworks;
const families = ['IPv4', 'IPv6'];
const at = (network, host) => network.subnet.replace(/\d+\/\d+$/, String(host));
const at6 = (network, host) => network.subnet6.replace('/64', String(host));
const pings = 50;
const port = 8080;
const MiB = 1024 * 1024;
/** Beside what is sent on purpose: neighbours that look for one another. */
const strayPackets = 40;

/** The first two firewalls, one address of each family on either side. */
const firewallAt = (address, nth) => ({ inside: address(middle, 2 + nth), outside: address(east, 1 + nth) });
const firewalls = [0, 1].map((nth) => ({ IPv4: firewallAt(at, nth), IPv6: firewallAt(at6, nth) }));
const routerAt = (address) => ({ west: address(west, 1), east: address(middle, 1) });
const router = { IPv4: routerAt(at), IPv6: routerAt(at6) };

/** A connection point on a network, that takes the addresses of `vnfs` there. */
const link = (network, cpd, vnfs) => ({
  ...{ ...network, cpd },
  range: [vnfs[0].IPv4[cpd], vnfs.at(-1).IPv4[cpd]],
  range6: [vnfs[0].IPv6[cpd], vnfs.at(-1).IPv6[cpd]],
});
const routerLinks = [link(west, 'west', [router]), link(middle, 'east', [router])];
const firewallLinks = [link(middle, 'inside', firewalls), link(east, 'outside', firewalls)];

const routerConfig = ({ IPv4, IPv6 }) =>
  JSON.stringify({
    staticRoutes: [
      { to: east.subnet, via: IPv4.inside },
      { to: uePool, via: IPv4.inside },
      { to: east.subnet6, via: IPv6.inside },
    ],
  });

const firewallConfig = (web, ueWeb = 'accept') =>
  JSON.stringify({
    staticRoutes: [
      { to: west.subnet, via: router.IPv4.east },
      { to: west.subnet6, via: router.IPv6.east },
      ...routesToUes,
    ],
    zones: { inside: { interfaces: ['inside'] }, outside: { interfaces: ['outside'] } },
    rules: [
      { name: 'ping', from: 'inside', to: 'outside', protocol: 'icmp', icmpTypes: ['echo-request'], action: 'accept' },
      {
        name: 'ping6',
        from: 'inside',
        to: 'outside',
        protocol: 'icmpv6',
        icmpTypes: ['echo-request'],
        action: 'accept',
      },
      { name: 'web', from: 'inside', to: 'outside', protocol: 'tcp', destinationPorts: [port], action: web },
      ...ueRules(port, ueWeb),
    ],
  });

export class Chain {
  #session;
  #ids = {};

  constructor(session) {
    this.#session = session;
  }

  async show() {
    await this.#session.begin();
    await this.#build();
    const endServer = await serve(port);
    try {
      await this.#traffic();
      await this.#block();
      await this.#scaleDuringTransfer();
      await this.#throughTheSecond();
      await this.#count();
    } finally {
      await endServer();
    }
    await new UpfPart(this.#session, {
      ...{ port, ids: this.#ids, firewall: firewalls[1].IPv4.outside },
      configureFirewall: (web) => this.#configureFirewall('accept', web),
    }).show();
    this.#session.sayWhere();
  }

  async #build() {
    const { journey, host, api } = this.#session;
    const packages = {};
    for (const name of ['router', 'firewall'])
      packages[name] = await journey.step(`Onboard the ${name} package`, (tell) =>
        vnf.onboard(api, host.packageOf(name), tell),
      );
    await host.withoutRouter();
    const flavourId = await this.#flavour();
    await this.#instantiate('router', packages.router, {
      ...{ flavourId, links: routerLinks },
      additionalParams: { router_config: routerConfig(firewalls[0]) },
    });
    await this.#instantiate('firewall', packages.firewall, {
      ...{ flavourId, links: firewallLinks },
      additionalParams: { firewall_config: firewallConfig('accept') },
    });
  }

  /** A core for each of three VNFCs, or shared ones where there are fewer to dedicate. */
  async #flavour() {
    const { cells } = await this.#session.firstHost();
    return cells.reduce((sum, { cpus }) => sum + cpus.free.length, 0) >= 3 ? 'simple' : 'shared';
  }

  #instantiate(name, { vnfdId }, request) {
    const { journey, host, api } = this.#session;
    return journey.step(`Instantiate the ${name}`, async (tell) => {
      this.#ids[name] = await vnf.create(api, vnfdId, `chain-${name}`);
      await vnf.instantiateOn(api, this.#ids[name], request, host.watcher(teller(tell), tell));
      tellPlacement(await host.readInstance(api, this.#ids[name]), tell);
    });
  }

  #traffic() {
    return this.#session.journey.step('Traffic through router and firewall', async (tell) => {
      for (const family of families) await reaches(family, firewalls[0], tell);
      for (const family of families)
        expect(
          !(await connects(port + 1, 1500, family)),
          `port ${port + 1} is open over ${family}, and no rule allows it`,
        );
      tell(`port ${port} is open, port ${port + 1} is not: no rule allows it`);
    });
  }

  #block() {
    const { journey } = this.#session;
    return journey.step(`A rule blocks port ${port} at run time, and opens it again`, async (tell) => {
      await this.#configureFirewall('drop');
      for (const family of families) {
        expect(!(await connects(port, 1500, family)), `port ${port} is open over ${family} although a rule drops it`);
        const { received } = await ping(5, { family });
        expect(received >= 4, `pings do not pass over ${family} while the port is blocked`);
        tell(`${family}: rule web set to drop, no connection; pings still pass`);
      }
      await this.#configureFirewall('accept');
      for (const family of families)
        expect(await connects(port, 5000, family), `port ${port} stays closed over ${family}`);
      tell('rule web set to accept: connected over both families');
    });
  }

  #configureFirewall(web, ueWeb) {
    return vnf.configure(this.#session.api, this.#ids.firewall, { firewall_config: firewallConfig(web, ueWeb) });
  }

  #scaleDuringTransfer() {
    const { journey, host, api } = this.#session;
    return journey.step('The firewall scales out while a TCP transfer goes on', async (tell) => {
      const going = stream(port);
      try {
        await sleep(1000);
        const before = going.received();
        expect(before > 0, 'no byte has come');
        await vnf.scale(api, this.#ids.firewall, 'SCALE_OUT', host.watcher(teller(tell), tell));
        const after = going.received();
        tell(`${mib(before)} MiB had come when scaling began, ${mib(after)} MiB when it ended`);
        expect(after > before, 'no byte came while the firewall scaled');
      } finally {
        const { bytes, whole } = await going.stop();
        expect(whole && bytes > 0, `the ${bytes} bytes that came are not the right ones`);
        tell(`${mib(bytes)} MiB came whole over one connection (SHA-256)`);
      }
    });
  }

  /** What the router and the server are told; the first firewall is out of the way then. */
  #throughTheSecond() {
    const { journey, host, api } = this.#session;
    return journey.step('Traffic through the second firewall', async (tell) => {
      await host.readInstance(api, this.#ids.firewall);
      await vnf.configure(api, this.#ids.router, { router_config: routerConfig(firewalls[1]) });
      for (const family of families) await reaches(family, firewalls[1], tell);
    });
  }

  #count() {
    const { journey, api } = this.#session;
    return journey.step('The counters add up', async (tell) => {
      const read = await countFromHere(api, this.#ids);
      for (const family of families) {
        await ping(pings, { family });
        const { whole } = await fetchBytes(port, 4 * MiB, family);
        expect(whole, `the bytes that came over ${family} are not the right ones`);
      }
      const rows = await read((seen) => apart(seen) <= strayPackets);
      tell('packets          to the server  back');
      for (const { where, towards, back } of rows)
        tell(`${where.padEnd(17)}${String(towards).padStart(13)}${String(back).padStart(6)}`);
      const rules = await ruleCounters(api, this.#ids.firewall);
      tell(`rules of the firewall: ${[...rules].map(([rule, packets]) => `${rule} ${packets} packets`).join(', ')}`);
      for (const rule of ['ping', 'ping6', 'web']) expect(rules.get(rule) > 0, `rule ${rule} counts nothing`);
      expect(apart(rows) <= strayPackets, `the counts differ by ${apart(rows)} packets`);
    });
  }
}

/** Pings and a connection over one family, by way of this firewall. */
async function reaches(family, firewall, tell) {
  await routeVia({ west: router[family].west, east: firewall[family].outside });
  const { sent, received, ttls } = await ping(pings, { family });
  tell(
    `${family}: ${received} of ${sent} pings by way of ${firewall[family].inside}, TTL ${ttls.join(', ')} (64 less two)`,
  );
  expect(received >= sent * 0.9, `only ${received} of ${sent} pings were answered over ${family}`);
  expect(
    ttls.every((ttl) => ttl === 62),
    `TTL ${ttls.join(', ')} says that the pings took another way`,
  );
  expect(await connects(port, 5000, family), `no connection to port ${port} over ${family}`);
}

const mib = (bytes) => (bytes / MiB).toFixed(1);
