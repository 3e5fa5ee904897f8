/**
 * The quickstart on this machine: Debian's QEMU and libvirt, two bridges, a test host behind each, real packets.
 */
import { ensureDebianPackages } from '../debian.mjs';
import { hostPackages, imagePackages } from '../packages.mjs';
import { run } from '../run.mjs';
import { inTop } from '../paths.mjs';
import { guestProcesses } from './guests.mjs';
import { expectNothing, hugepages, leftAfterUndo, leftOnHost, taps } from './leaks.mjs';
import { makeTestHosts, removeTestHosts } from './traffic.mjs';
import { noTrafficWithout, routerAddresses, showMetrics, trafficThrough } from './tour.mjs';
import { prepareHost, undoHost } from './host.mjs';

export class RealHost {
  #journey;
  #state;
  #before = { hugepages: [], taps: [] };

  constructor(journey, state) {
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
      this.#before = this.#state.get('before') ?? { hugepages: hugepages() };
      this.#state.set('before', this.#before);
      await prepareHost(this.#state, tell);
    });
    await this.#journey.step('Build the router package', async (tell) => {
      const said = await run('node', [inTop('vnf-catalog', 'build.mjs'), 'router', this.routerPackage()]);
      tell(said.trim());
    });
  }

  routerPackage() {
    return this.#state.path('router.csar');
  }

  /** After Berth has removed what it knew of: test hosts of an earlier run, and what is there that is not ours. */
  async clean() {
    await removeTestHosts();
    this.#before = { ...this.#before, taps: await taps() };
  }

  async withoutRouter() {
    await this.#journey.step('Two test hosts, and no way between them', async (tell) => {
      await makeTestHosts();
      await noTrafficWithout(tell);
    });
  }

  /** Sees the states of an operation, and QEMU's process when it appears. */
  watcher(next, tell) {
    const known = new Set(guestProcesses().map(({ pid }) => pid));
    return (occ) => {
      next(occ);
      for (const { pid, name } of guestProcesses().filter((guest) => !known.has(guest.pid))) {
        known.add(pid);
        tell(`QEMU of ${name} runs as process ${pid}`);
      }
    };
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
      expectNothing(await leftOnHost(this.#before.taps ?? []), tell),
    );
    await this.#journey.attempt('Undo the preparation of the host', async (tell) => {
      await undoHost(this.#state, tell);
      expectNothing(await leftAfterUndo(this.#before.hugepages), tell);
    });
  }
}
