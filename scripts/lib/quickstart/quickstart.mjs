/**
 * One router: what is the same on a real host and on a simulated one. The host says what is different.
 */
import { expect } from './journey.mjs';
import { teller, tellPlacement } from './tour.mjs';
import * as vnf from './vnf.mjs';

export class Quickstart {
  #session;
  #instanceId;

  constructor(session) {
    this.#session = session;
  }

  async show() {
    const { journey, host } = this.#session;
    await this.#session.begin();
    const pkg = await this.#onboard();
    await this.#instantiate(pkg);
    await this.#scale();
    await journey.step('Metrics', (tell) => host.metrics(this.#session.api, tell));
    this.#session.sayWhere();
  }

  #onboard() {
    const { journey, host, api } = this.#session;
    return journey.step('Onboard the router package', async (tell) =>
      vnf.onboard(api, await host.routerPackage(), tell),
    );
  }

  async #instantiate({ vnfdId }) {
    const { journey, host, api } = this.#session;
    await host.withoutRouter();
    await journey.step('Instantiate the router', async (tell) => {
      const request = host.request(await this.#session.firstHost());
      this.#instanceId = await vnf.create(api, vnfdId, 'quickstart');
      tell(`created VNF instance ${this.#instanceId}, flavour ${request.flavourId}`);
      await vnf.instantiateOn(api, this.#instanceId, request, host.watcher(teller(tell), tell));
      await this.#tellVnfcs(1, tell);
    });
    await host.traffic(() => vnf.instance(api, this.#instanceId));
  }

  async #tellVnfcs(count, tell) {
    const info = await this.#session.host.readInstance(this.#session.api, this.#instanceId);
    tellPlacement(info, tell);
    const found = info.instantiatedVnfInfo.vnfcResourceInfo.length;
    expect(found === count, `the VNF has ${found} VNFCs, not ${count}`);
  }

  async #scale() {
    const { journey, host, api } = this.#session;
    const read = () => vnf.instance(api, this.#instanceId);
    await journey.step('Scale out to 2 VNFCs', async (tell) => {
      await vnf.scale(api, this.#instanceId, 'SCALE_OUT', host.watcher(teller(tell), tell));
      await this.#tellVnfcs(2, tell);
    });
    await host.traffic(read);
    await journey.step('Scale in to 1 VNFC', async (tell) => {
      await vnf.scale(api, this.#instanceId, 'SCALE_IN', teller(tell));
      await this.#tellVnfcs(1, tell);
    });
    await host.traffic(read);
  }
}
