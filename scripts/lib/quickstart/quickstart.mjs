/**
 * The order of things: what is the same on a real host and on a simulated one. The host says what is different.
 */
import { ensureBuilt } from '../build.mjs';
import { ensureInstalled } from '../install.mjs';
import { choosePort, startBerth, stopBerth } from './berth.mjs';
import { expect } from './journey.mjs';
import { chooseFlavour, teller, tellHost, tellPlacement } from './tour.mjs';
import * as vnf from './vnf.mjs';

export class Quickstart {
  #journey;
  #state;
  #host;
  #port;
  #berth;
  #instanceId;

  constructor(journey, state, host, { port }) {
    this.#journey = journey;
    this.#state = state;
    this.#host = host;
    this.#port = port;
  }

  async show() {
    await this.#prepare();
    await this.#start();
    const pkg = await this.#onboard();
    await this.#instantiate(pkg);
    await this.#scale();
    await this.#journey.step('Metrics', (tell) => this.#host.metrics(this.#berth.api, tell));
    this.#sayWhere();
  }

  async #prepare() {
    await this.#journey.step('npm packages', async (tell) => {
      if (!(await ensureInstalled())) tell('installed already');
    });
    await this.#host.packages();
    await this.#journey.step('Build', async (tell) => {
      if (!(await ensureBuilt())) tell('dist/ is newer than its sources');
    });
    await this.#journey.step('Processes of an earlier run', async (tell) => {
      tell((await stopBerth(this.#state)) ? 'ended the Berth that an earlier run left' : 'none');
    });
    await this.#host.prepare();
  }

  async #start() {
    await this.#journey.step('Start Berth', async (tell) => {
      const port = await choosePort(this.#port);
      this.#berth = await startBerth(this.#state, { port, args: this.#host.berthArguments() });
      tell(`ready at ${this.#berth.origin}, process ${this.#berth.pid}, data in ${this.#state.path('data')}`);
    });
    await this.#journey.step('Leftovers of an earlier run', async (tell) => {
      const count = await vnf.removeEverything(this.#berth.api, tell);
      await this.#host.clean();
      if (count === 0) tell('none');
    });
    await this.#journey.step('Host verdict', async (tell) => tellHost(await this.#firstHost(), tell));
  }

  /** The facts of the first host, once Berth has them. */
  async #firstHost() {
    const known = (hosts) => hosts[0]?.reachable && hosts[0].acceleration !== undefined;
    return (await this.#berth.api.until('/nfvi/v1/hosts', known, { limitMs: 180_000 }))[0];
  }

  #onboard() {
    return this.#journey.step('Onboard the router package', async (tell) =>
      vnf.onboard(this.#berth.api, await this.#host.routerPackage(), tell),
    );
  }

  async #instantiate({ vnfdId }) {
    const { api } = this.#berth;
    await this.#host.withoutRouter();
    await this.#journey.step('Instantiate the router', async (tell) => {
      const flavour = chooseFlavour(await this.#firstHost());
      this.#instanceId = await vnf.create(api, vnfdId, 'quickstart');
      tell(`created VNF instance ${this.#instanceId}, flavour ${flavour}`);
      await vnf.instantiate(api, this.#instanceId, flavour, this.#host.watcher(teller(tell), tell));
      await this.#tellVnfcs(1, tell);
    });
    await this.#host.traffic(() => vnf.instance(api, this.#instanceId));
  }

  async #tellVnfcs(count, tell) {
    const info = await this.#host.readInstance(this.#berth.api, this.#instanceId);
    tellPlacement(info, tell);
    const found = info.instantiatedVnfInfo.vnfcResourceInfo.length;
    expect(found === count, `the VNF has ${found} VNFCs, not ${count}`);
  }

  async #scale() {
    const { api } = this.#berth;
    const read = () => vnf.instance(api, this.#instanceId);
    await this.#journey.step('Scale out to 2 VNFCs', async (tell) => {
      await vnf.scale(api, this.#instanceId, 'SCALE_OUT', this.#host.watcher(teller(tell), tell));
      await this.#tellVnfcs(2, tell);
    });
    await this.#host.traffic(read);
    await this.#journey.step('Scale in to 1 VNFC', async (tell) => {
      await vnf.scale(api, this.#instanceId, 'SCALE_IN', teller(tell));
      await this.#tellVnfcs(1, tell);
    });
    await this.#host.traffic(read);
  }

  #sayWhere() {
    const { origin, tokenFile, pid } = this.#berth;
    console.log(`
Berth is up after ${this.#journey.elapsed()}.
  API      ${origin}/vnfpkgm/v2 and /vnflcm/v2, hosts at ${origin}/nfvi/v1/hosts
  Docs     ${origin}/docs
  Metrics  ${origin}/metrics
  Token    ${tokenFile}
  Log      ${this.#state.path('berth.log')} (process ${pid})`);
  }

  /** Everything away again; each part is tried, whatever became of the one before. */
  async takeAway() {
    if (this.#berth) {
      await this.#journey.attempt('Terminate and delete the VNF, disable and delete the package', (tell) =>
        vnf.removeEverything(this.#berth.api, tell),
      );
      await this.#journey.attempt('No claim is left', (tell) => this.#noClaims(tell));
      await this.#host.afterwards();
    }
    await this.#journey.attempt('Stop Berth', () => stopBerth(this.#state));
    await this.#host.takeAway();
    if (this.#journey.failed.length === 0) this.#state.forget();
    else console.log(`Kept for a look: ${this.#state.folder} (Berth's log among it)`);
  }

  async #noClaims(tell) {
    const hosts = await this.#berth.api.get('/nfvi/v1/hosts');
    const holders = hosts.flatMap((host) => host.holders);
    expect(holders.length === 0, `claims are left: ${JSON.stringify(holders)}`);
    tell(`hosts ${hosts.map((host) => host.id).join(', ')}: nothing claimed`);
  }
}
