/**
 * The quickstart on a host of the lab: the router's `sriov` flavour under KVM, with a virtual function in each of two VLANs,
 * on the cell of its cores and pages.
 */
import { writeFileSync } from 'node:fs';
import { ensureDebianPackages } from '../../debian.mjs';
import { imagePackages, labPackages } from '../../packages.mjs';
import { inTop } from '../../paths.mjs';
import { run } from '../../run.mjs';
import { makeVendor } from '../../vendor.mjs';
import { expect } from '../journey.mjs';
import { parseMetrics } from '../metrics.mjs';
import { routerAddresses, trafficThrough } from '../tour.mjs';
import { instanceWithGuests } from '../vnf.mjs';
import { Lab } from './lab.mjs';
import { LabTraffic, sides, wire } from './traffic.mjs';

const vendor = { kind: 'ec', commonName: 'Quickstart router vendor', days: 30 };

export class LabHost {
  #journey;
  #state;
  #lab;
  #traffic;
  #pagesBefore;

  constructor(journey, state) {
    this.#journey = journey;
    this.#state = state;
    this.#lab = new Lab(state.path('lab'));
    this.#traffic = new LabTraffic(this.#lab);
  }

  async packages() {
    await this.#journey.step('Debian packages', async (tell) => {
      const installed = await ensureDebianPackages({ ...imagePackages, ...labPackages }, tell);
      if (installed.length === 0) tell('installed already');
    });
  }

  async prepare() {
    await this.#journey.step('A host of the lab (the first time it is built of Debian packages)', async (tell) => {
      await this.#lab.up(tell);
      this.#pagesBefore = await this.#freePages();
    });
    const { key, certificate } = await makeVendor(this.#state.folder, vendor);
    await this.#journey.step('Build and sign the router package', async (tell) => {
      const signing = ['--key', key, '--certificate', certificate];
      tell((await run('node', [inTop('vnf-catalog', 'build.mjs'), 'router', this.routerPackage(), ...signing])).trim());
    });
  }

  routerPackage() {
    return this.#state.path('router.csar');
  }

  berthArguments() {
    const { hosts } = this.#lab.configuration();
    const withheldFunctions = sides.map((side) => side.function);
    const config = {
      hosts: hosts.map((host) => ({ ...host, withheldFunctions })),
      signaturePolicy: 'require',
      trustStore: this.#state.path('vendor.pem'),
    };
    writeFileSync(this.#state.path('berth.json'), JSON.stringify(config, null, 2));
    return ['--config', this.#state.path('berth.json')];
  }

  /** Two functions, each in the VLAN of its side. */
  request() {
    const links = sides.map(({ cpd, vlan, subnet, routers }) => ({ cpd, bridge: wire, vlan, subnet, range: routers }));
    return { flavourId: 'sriov', links };
  }

  async clean() {
    await this.#traffic.remove();
  }

  async withoutRouter() {
    await this.#journey.step('Two test hosts with a function each, and no way between their VLANs', async (tell) => {
      await this.#traffic.make();
      await this.#noTraffic(tell);
    });
  }

  async #noTraffic(tell) {
    const { sent, received } = await this.#traffic.ping(3, { waitSeconds: 1 });
    tell(`${received} of ${sent} pings answered: nothing connects the two VLANs`);
    expect(received === 0, 'pings were answered although no router runs');
  }

  readInstance(api, id) {
    return instanceWithGuests(api, id);
  }

  watcher(next) {
    return next;
  }

  async traffic(readInstance) {
    await this.#journey.step('Traffic through the router, from function to function', async (tell) => {
      await this.#tellCards(tell);
      await trafficThrough(routerAddresses(await readInstance()), tell, { by: this.#traffic, pings: 20 });
    });
  }

  /** As the host's kernel has them. */
  async #tellCards(tell) {
    const cards =
      'for card in /sys/class/net/*/device/sriov_numvfs; do ip link show "$(echo $card | cut -d/ -f5)"; done';
    for (const line of (await this.#lab.shell(cards)).split('\n')) if (/vlan/.test(line)) tell(line.trim());
    for (const domain of (await this.#lab.shell('virsh --quiet list --name')).split('\n').filter(Boolean))
      tell(`${domain} runs under KVM: ${/-accel kvm /.test(await this.#commandLine(domain)) ? 'yes' : 'no'}`);
    const free = await this.#freePages();
    tell(
      `free pages: ${Object.entries(free)
        .map(([cell, count]) => `cell ${cell} ${count}`)
        .join(', ')}`,
    );
  }

  #commandLine(domain) {
    return this.#lab.shell(`tr '\\0' ' ' < /proc/$(cat /run/libvirt/qemu/${domain}.pid)/cmdline`);
  }

  async #freePages() {
    const said = await this.#lab.shell(
      'grep . /sys/devices/system/node/node*/hugepages/hugepages-2048kB/free_hugepages',
    );
    return Object.fromEntries(
      [...said.matchAll(/node(\d+)\/.*:(\d+)$/gm)].map(([, cell, free]) => [cell, Number(free)]),
    );
  }

  async metrics(api, tell) {
    const shown = /^berth_(vnfc_up|host_pci_functions|host_acceleration_info)/;
    const found = parseMetrics(await api.text('/metrics')).filter(({ name, value }) => shown.test(name) && value > 0);
    for (const { line } of found) tell(line);
  }

  async afterwards() {
    await this.#journey.attempt('Without the router, no way between the VLANs', (tell) => this.#noTraffic(tell));
    await this.#journey.attempt('Nothing is left on the host', async (tell) => {
      await this.#traffic.remove();
      const left = await this.#lab.shell(
        'virsh --quiet list --all --name; ip link | grep -o "vf [0-9].* vlan [0-9]*" || true',
      );
      expect(left.trim() === '', `on the host are left: ${left.trim()}`);
      const free = await this.#freePages();
      const [before, now] = [this.#pagesBefore, free].map((pages) => JSON.stringify(pages));
      expect(before === now, `free pages were ${before}, and are ${now}`);
      tell(`no domain, no VLAN on a function, free pages by cell as before: ${now}`);
    });
  }

  async takeAway() {
    await this.#journey.attempt('The lab down', () => this.#lab.down());
  }
}
