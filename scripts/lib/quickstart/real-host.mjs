/**
 * The quickstart on this machine: Debian's QEMU and libvirt, two bridges, a test host behind each, real packets.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ensureDebianPackages } from '../debian.mjs';
import { makeVendor } from '../vendor.mjs';
import { instanceWithGuests, routerLinks } from './vnf.mjs';
import { prepareHost, undoHost } from '../host/prepare.mjs';
import { hostPackages, imagePackages } from '../packages.mjs';
import { run } from '../run.mjs';
import { inTop } from '../paths.mjs';
import { seconds } from '../time.mjs';
import { domainPrefix, guestProcesses } from './guests.mjs';
import { hugepages } from './hugepages.mjs';
import { expectNothing, leftAfterUndo, leftOnHost, taps } from './leaks.mjs';
import { networks } from './networks.mjs';
import { makeTestHosts, removeTestHosts } from './traffic.mjs';
import { chooseFlavour, noTrafficWithout, routerAddresses, showMetrics, trafficThrough } from './tour.mjs';

/** Two VNFCs of 256 MiB each, and some to spare, beside what others use. */
const hugepagesFree = 320;

/** A core for each of two routers: a host of few cores keeps none back for itself. */
const roomForTwo = () => (availableParallelism() < 4 ? { reserved: { sharedCpus: [], memoryMiBPerCell: [512] } } : {});

/** New for every run, and gone with its data. */
const vendor = { kind: 'ec', commonName: 'Quickstart router vendor', days: 30 };

export class RealHost {
  #journey;
  #state;
  #settings;
  #vnfs;
  #bridged;
  #tapsBefore = [];
  /** How the names of this run's domains begin. */
  #prefixes = new Set();

  /** `settings`: how Berth is told to use this host; `vnfs`: whose packages are built. */
  constructor(journey, state, { settings = roomForTwo(), vnfs = ['router'], bridged = networks } = {}) {
    this.#settings = settings;
    this.#vnfs = vnfs;
    this.#bridged = bridged;
    this.#journey = journey;
    this.#state = state;
  }

  async packages() {
    await this.#journey.step('Debian packages', async (tell) => {
      const installed = await ensureDebianPackages({ ...hostPackages, ...imagePackages }, tell);
      if (installed.length === 0) tell('installed already');
    });
  }

  async prepare() {
    await this.#journey.step('Prepare the host', async (tell) => {
      if (this.#state.get('poolBefore') === undefined) this.#state.set('poolBefore', hugepages().total);
      await prepareHost(
        { hugepages: [`${hugepages().used + hugepagesFree}:2048`], bridges: this.#bridged.map(({ bridge }) => bridge) },
        tell,
      );
    });
    const signer = await makeVendor(this.#state.folder, vendor);
    for (const name of this.#vnfs)
      await this.#journey.step(`Build and sign the ${name} package`, (tell) => this.#build(name, signer, tell));
  }

  async #build(name, { key, certificate }, tell) {
    const signing = ['--key', key, '--certificate', certificate];
    const said = await run('node', [inTop('vnf-catalog', 'build.mjs'), name, this.packageOf(name), ...signing]);
    tell(`${said.trim()}, signed by the key of ${certificate}`);
  }

  packageOf(name) {
    return this.#state.path(`${name}.csar`);
  }

  routerPackage() {
    return this.packageOf('router');
  }

  berthArguments() {
    const hosts = [{ id: 'local', uri: 'qemu:///system', ...this.#settings }];
    const config = { hosts, signaturePolicy: 'require', trustStore: this.#state.path('vendor.pem') };
    writeFileSync(this.#state.path('berth.json'), JSON.stringify(config, null, 2));
    return ['--config', this.#state.path('berth.json')];
  }

  /** After Berth has removed what it knew of: test hosts of an earlier run, and what is there that is not ours. */
  async clean() {
    await removeTestHosts();
    this.#tapsBefore = await taps();
  }

  async withoutRouter() {
    await this.#journey.step('Two test hosts, and no way between them', async (tell) => {
      await makeTestHosts();
      await noTrafficWithout(tell);
    });
  }

  request(host) {
    return { flavourId: chooseFlavour(host), links: routerLinks() };
  }

  readInstance(api, id) {
    return instanceWithGuests(api, id);
  }

  /** Sees the states of an operation, and QEMU's process when it appears. */
  watcher(next, tell) {
    const known = new Set(this.#guests().map(({ pid }) => pid));
    const from = performance.now();
    return (occ) => {
      next(occ);
      this.#prefixes.add(domainPrefix(occ.vnfInstanceId));
      for (const { pid, name } of this.#guests().filter((guest) => !known.has(guest.pid))) {
        known.add(pid);
        tell(`QEMU of ${name} runs as process ${pid} after ${seconds(performance.now() - from)}`);
      }
    };
  }

  /** The QEMU processes of one domain. */
  guestsOf(domainName) {
    return guestProcesses(domainName);
  }

  /** QEMU processes of this run's VNFs, and of no other Berth on this machine. */
  #guests() {
    return [...this.#prefixes].flatMap((prefix) => guestProcesses(prefix));
  }

  async traffic(readInstance) {
    await this.#journey.step('Traffic through the router', async (tell) => {
      await trafficThrough(routerAddresses(await readInstance()), tell);
    });
  }

  async metrics(api, tell) {
    await showMetrics(api, tell);
  }

  /** Once the VNF is gone and Berth still runs. */
  async afterwards() {
    await this.#journey.attempt('Without the router, no way between the test hosts', noTrafficWithout);
  }

  async takeAway() {
    await this.#journey.attempt('Remove the test hosts', removeTestHosts);
    await this.#journey.attempt('Nothing is left on the host', async (tell) =>
      expectNothing(await leftOnHost(this.#tapsBefore, this.#guests()), tell),
    );
    await this.#journey.attempt('Undo the preparation of the host', async (tell) => {
      await undoHost(tell);
      expectNothing(await leftAfterUndo(this.#state.get('poolBefore') ?? hugepages().total), tell);
    });
  }
}
