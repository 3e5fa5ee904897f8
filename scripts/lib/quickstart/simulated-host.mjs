/**
 * The quickstart without root: simulated hosts, and a package whose image is a stand-in that nobody boots. No packets
 * flow, so no traffic is claimed.
 */
import { parseMetrics } from './metrics.mjs';
import { standInPackage } from './stand-in.mjs';
import { chooseFlavour } from './tour.mjs';
import { instance, routerLinks } from './vnf.mjs';

export class SimulatedHost {
  #journey;
  #state;

  constructor(journey, state) {
    this.#journey = journey;
    this.#state = state;
  }

  async packages() {}

  async prepare() {
    await this.#journey.step('Build the router package around a stand-in image', (tell) =>
      standInPackage(this.routerPackage(), tell),
    );
  }

  routerPackage() {
    return this.#state.path('router.csar');
  }

  /** The stand-in is signed by nobody. */
  berthArguments() {
    return ['--simulated', '--signature-policy', 'warn'];
  }

  async clean() {}
  async withoutRouter() {}

  request(host) {
    return { flavourId: chooseFlavour(host), links: routerLinks() };
  }

  readInstance(api, id) {
    return instance(api, id);
  }

  watcher(next) {
    return next;
  }

  async traffic() {}

  async metrics(api, tell) {
    const shown = /^berth_(vnfc_up|host_acceleration_info|host_claims|operations_total)/;
    const found = parseMetrics(await api.text('/metrics')).filter(({ name, value }) => shown.test(name) && value > 0);
    for (const { line } of found) tell(line);
  }

  async afterwards() {}
  async takeAway() {}
}
