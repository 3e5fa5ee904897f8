/**
 * What is observed on this machine: a router in a real virtual machine, whose QEMU is killed.
 */
import { ensureDebianPackages } from '../debian.mjs';
import { observePackages } from '../packages.mjs';
import { pathOf } from '../quickstart/api.mjs';
import { expect } from '../quickstart/journey.mjs';
import { networks } from '../quickstart/networks.mjs';
import { RealHost } from '../quickstart/real-host.mjs';
import { chooseFlavour } from '../quickstart/tour.mjs';
import * as vnf from '../quickstart/vnf.mjs';

const links = networks.map(({ side, routers, ...network }) => ({ ...network, cpd: side, range: routers }));

/** Why guests of this machine cannot be real; undefined: they can. */
export const whyNotReal = () =>
  process.getuid?.() === 0 ? undefined : 'real virtual machines need root here (hugepages, bridges, libvirt)';

export class ObservedHost extends RealHost {
  #journey;
  #flavourId = 'shared';

  constructor(journey, state) {
    super(journey, state);
    this.#journey = journey;
  }

  vnfs = ['router'];
  killing = 'QEMU';
  /** Panels of what this machine and one router without neighbors have not. */
  rightlyEmpty = {
    'Which VNFs lose service': 'none does',
    'What nobody owns': 'all that is here is owned',
    'Why it does not answer': 'it answers',
    'Open operations': 'all have ended',
    'Steps that did not go well': 'all went well',
    'Cell map': 'functions for passthrough: Berth was given none here',
    'BGP session of each neighbor': 'the router has no neighbor',
    'BFD session of each BGP neighbor': 'the router has no neighbor',
    'Prefixes of each BGP neighbor': 'the router has no neighbor',
    'Full OSPF neighbors of each interface': 'the router has no neighbor',
    'Waiting for something else': 'the kernel keeps no such statistics (kernel.sched_schedstats)',
  };

  async packages() {
    await super.packages();
    await this.#journey.step('Prometheus and Alertmanager', async (tell) => {
      const installed = await ensureDebianPackages(observePackages, tell);
      if (installed.length === 0) tell('installed already');
    });
  }

  async clean(api) {
    await super.clean();
    if (api) this.#flavourId = chooseFlavour((await api.get('/nfvi/v1/hosts'))[0]);
  }

  requestFor() {
    return { flavourId: this.#flavourId, links };
  }

  async kill({ id, metadata: { domainName } }, tell) {
    const [guest] = this.guestsOf(domainName);
    expect(guest !== undefined, `there is no QEMU of ${domainName}`);
    process.kill(guest.pid, 'SIGKILL');
    tell(`killed QEMU of VNFC ${id}, ${domainName}, process ${guest.pid}`);
  }

  /** What can be had without harm to the machine: an operation that is refused. */
  async trouble(api, { packages }, tell) {
    const id = await vnf.create(api, packages.router, 'too-many');
    const { location } = await vnf.begin(api, id, 'instantiate', {
      ...this.requestFor(),
      links: links.map((link) => ({ ...link, range: [link.range[0], link.range[0]] })),
    });
    const rests = ({ operationState }) => !['STARTING', 'PROCESSING', 'ROLLING_BACK'].includes(operationState);
    const { operationState } = await api.until(pathOf(location), rests, { limitMs: 60_000 });
    tell(`INSTANTIATE with addresses in use: ${operationState}`);
    return [];
  }

  async afterwards() {}
}
