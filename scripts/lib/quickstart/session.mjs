/**
 * A Berth of one's own for a demonstration: prepared, started, cleared of an earlier run, and taken away again. What is
 * shown in between is the demonstration's affair.
 */
import { ensureBuilt } from '../build.mjs';
import { ensureInstalled } from '../install.mjs';
import { choosePort, startBerth, stopBerth } from './berth.mjs';
import { expect } from './journey.mjs';
import { tellHost } from './tour.mjs';
import * as vnf from './vnf.mjs';

export class Session {
  #port;
  #berth;

  constructor(journey, state, host, { port }) {
    this.journey = journey;
    this.state = state;
    this.host = host;
    this.#port = port;
  }

  get api() {
    return this.#berth.api;
  }

  get origin() {
    return this.#berth.origin;
  }

  get tokenFile() {
    return this.#berth.tokenFile;
  }

  async begin() {
    await this.#prepare();
    await this.#start();
  }

  async #prepare() {
    await this.journey.step('npm packages', async (tell) => {
      if (!(await ensureInstalled())) tell('installed already');
    });
    await this.host.packages();
    await this.journey.step('Build', async (tell) => {
      if (!(await ensureBuilt())) tell('dist/ is newer than its sources');
    });
    await this.journey.step('Processes of an earlier run', async (tell) => {
      tell((await stopBerth(this.state)) ? 'ended the Berth that an earlier run left' : 'none');
    });
    await this.host.prepare();
  }

  async #start() {
    await this.journey.step('Start Berth', async (tell) => {
      const port = await choosePort(this.#port);
      this.#berth = await startBerth(this.state, {
        port,
        args: this.host.berthArguments(),
        program: this.host.program,
      });
      tell(`ready at ${this.#berth.origin}, process ${this.#berth.pid}, data in ${this.state.path('data')}`);
    });
    await this.journey.step('Leftovers of an earlier run', async (tell) => {
      const count = await vnf.removeEverything(this.api, tell);
      await this.host.clean();
      if (count === 0) tell('none');
    });
    await this.journey.step('Host verdict', async (tell) => tellHost(await this.firstHost(), tell));
  }

  /** The facts of the first host, once Berth has them. */
  async firstHost() {
    const known = (hosts) => hosts[0]?.reachable && hosts[0].acceleration !== undefined;
    return (await this.api.until('/nfvi/v1/hosts', known, { limitMs: 180_000 }))[0];
  }

  sayWhere() {
    const { origin, tokenFile, pid } = this.#berth;
    console.log(`
Berth is up after ${this.journey.elapsed()}.
  API      ${origin}/vnfpkgm/v2 and /vnflcm/v2, hosts at ${origin}/nfvi/v1/hosts
  Docs     ${origin}/docs
  Metrics  ${origin}/metrics
  Token    ${tokenFile}
  Log      ${this.state.path('berth.log')} (process ${pid})`);
  }

  /** Everything away again; each part is tried, whatever became of the one before. */
  async takeAway() {
    if (this.#berth) {
      await this.journey.attempt('Terminate and delete VNFs, disable and delete packages', (tell) =>
        vnf.removeEverything(this.api, tell),
      );
      await this.journey.attempt('No claim is left', (tell) => this.#noClaims(tell));
      await this.host.afterwards();
    }
    await this.journey.attempt('Stop Berth', () => stopBerth(this.state));
    await this.host.takeAway();
    if (this.journey.failed.length === 0) this.state.forget();
    else console.log(`Kept for a look: ${this.state.folder} (Berth's log among it)`);
  }

  async #noClaims(tell) {
    const hosts = await this.api.get('/nfvi/v1/hosts');
    const holders = hosts.flatMap((host) => host.holders);
    expect(holders.length === 0, `claims are left: ${JSON.stringify(holders)}`);
    tell(`hosts ${hosts.map((host) => host.id).join(', ')}: nothing claimed`);
  }
}
