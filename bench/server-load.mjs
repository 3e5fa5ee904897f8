/**
 * So many operations in flight, each followed to its end by one reader for all of them, so that the questions of a client
 * are not what is measured. How long one took is by the server's own record: accepted to COMPLETED.
 */
import { pathOf } from '../scripts/lib/quickstart/api.mjs';
import { networks } from '../scripts/lib/quickstart/networks.mjs';
import * as vnf from '../scripts/lib/quickstart/vnf.mjs';
import { sleep } from '../scripts/lib/time.mjs';

const readEveryMs = 25;
const silenceLimitMs = 120_000;

/** Networks with room for every router. */
const links = networks.map(({ side, bridge }, at) => ({
  ...{ cpd: side, bridge, subnet: `10.${64 + at}.0.0/16` },
  range: [`10.${64 + at}.0.10`, `10.${64 + at}.255.250`],
}));

/** Reads the ends of all that is followed, in one request for all. */
export class Follower {
  #api;
  #waiting = new Map();
  #reading;

  constructor(api) {
    this.#api = api;
  }

  /** The occurrence once it is at rest. */
  ended(location) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(pathOf(location).split('/').at(-1), { resolve, reject, fromMs: Date.now() });
      this.#reading ??= this.#read();
    });
  }

  async #read() {
    try {
      while (this.#waiting.size > 0) {
        await sleep(readEveryMs);
        await this.#look([...this.#waiting.keys()].slice(0, 100));
      }
    } catch (error) {
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    }
    this.#reading = undefined;
  }

  async #look(ids) {
    const filter = encodeURIComponent(`(in,id,${ids.join(',')})`);
    for (const occ of await this.#api.get(`/vnflcm/v2/vnf_lcm_op_occs?filter=${filter}`)) {
      if (['STARTING', 'PROCESSING', 'ROLLING_BACK'].includes(occ.operationState)) continue;
      this.#waiting.get(occ.id)?.resolve(occ);
      this.#waiting.delete(occ.id);
    }
    const oldest = Math.min(...[...this.#waiting.values()].map(({ fromMs }) => fromMs));
    if (Date.now() - oldest > silenceLimitMs) throw new Error('an operation did not end within 120 s');
  }
}

export const instantiation = (id) => ({ id, task: 'instantiate', body: { flavourId: 'simple', links } });

/** Milliseconds from accepted to the end; throws unless it is COMPLETED. */
async function carriedOut(api, follower, { id, task, body }) {
  const { location } = await vnf.begin(api, id, task, body);
  const occ = await follower.ended(location);
  if (occ.operationState !== 'COMPLETED') {
    throw new Error(`${task} of ${id} ended ${occ.operationState}; see ${location}`);
  }
  return Date.parse(occ.stateEnteredTime) - Date.parse(occ.startTime);
}

/** Carries out what `next` gives until it gives nothing or the time is over, `lanes` at once; how long each took. */
export async function inFlight(api, lanes, limitMs, next) {
  const follower = new Follower(api);
  const tookMs = [];
  const limit = Date.now() + limitMs;
  const lane = async () => {
    while (Date.now() < limit) {
      const operation = await next();
      if (operation === undefined) return;
      tookMs.push(await carriedOut(api, follower, operation));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return tookMs;
}
