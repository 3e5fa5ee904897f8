/**
 * A long life in minutes: 10,000 operations on VNFs that come and go, with the retention of operations at work. Memory and the
 * database have to stay as large as they are; the bench fails when they grow.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathOf } from '../scripts/lib/quickstart/api.mjs';
import { standInPackage } from '../scripts/lib/quickstart/stand-in.mjs';
import * as vnf from '../scripts/lib/quickstart/vnf.mjs';
import { sleep } from '../scripts/lib/time.mjs';
import { inOwnFolder, MeasuredServer } from './measured-server.mjs';
import { Follower, instantiation } from './server-load.mjs';

export const description = '10,000 operations with retention: memory and database have to stay flat';

const hosts = 20;
const lanes = 8;
const operations = 10_000;
const legs = 20;
const kept = 500;
const limitMs = 12 * 60_000;
/** Two rounds of retention, see quick-timers.mjs. */
const settleMs = 21_000;
/** What comes before is the server filling its caches and its database to what it keeps. */
const warmUpLegs = 6;
/** Growth that is let pass, MiB for 1,000 operations. The database keeps a short row of each VNFC that has ended. */
const limits = { heapMiB: 0.5, rssMiB: 4, databaseMiB: 0.3 };

const quickTimers = fileURLToPath(new URL('quick-timers.mjs', import.meta.url));

/** Lives of VNFs one after the other, each a few operations long. */
class Lives {
  done = 0;
  failed = 0;

  constructor(api, vnfdId) {
    this.api = api;
    this.vnfdId = vnfdId;
    this.follower = new Follower(api);
  }

  /** The occurrence at rest. */
  async operation(id, task, body) {
    const { location } = await vnf.begin(this.api, id, task, body);
    this.done += 1;
    return this.follower.ended(location);
  }

  async completed(id, task, body) {
    const occ = await this.operation(id, task, body);
    if (occ.operationState !== 'COMPLETED') throw new Error(`${task} of ${id} ended ${occ.operationState}`);
  }

  /** Instantiated, scaled, stopped, started, scaled back, terminated. */
  async whole() {
    const id = await vnf.create(this.api, this.vnfdId, 'bench-life');
    await this.completed(id, 'instantiate', instantiation(id).body);
    await this.completed(id, 'scale', { type: 'SCALE_OUT', aspectId: 'capacity' });
    await this.completed(id, 'operate', { changeStateTo: 'STOPPED', stopType: 'FORCEFUL' });
    await this.completed(id, 'operate', { changeStateTo: 'STARTED' });
    await this.completed(id, 'scale', { type: 'SCALE_IN', aspectId: 'capacity' });
    await this.completed(id, 'terminate', { terminationType: 'FORCEFUL' });
    await vnf.removeInstance(this.api, id);
  }

  /** Cut short while it is instantiated, given up, and taken away. */
  async cutShort() {
    const id = await vnf.create(this.api, this.vnfdId, 'bench-life');
    const { location } = await vnf.begin(this.api, id, 'instantiate', instantiation(id).body);
    this.done += 1;
    const body = { cancelMode: 'FORCEFUL' };
    // It may have ended before.
    await this.api.request('POST', `${pathOf(location)}/cancel`, { body }).catch(refused);
    const occ = await this.follower.ended(location);
    if (occ.operationState === 'FAILED_TEMP') {
      this.failed += 1;
      await this.api.request('POST', `${pathOf(location)}/fail`);
    }
    const info = await vnf.instance(this.api, id);
    if (info.instantiationState === 'INSTANTIATED') {
      await this.completed(id, 'terminate', { terminationType: 'FORCEFUL' });
    }
    await vnf.removeInstance(this.api, id);
  }

  async until(count, untilMs) {
    const lane = async (_, number) => {
      for (let life = number; this.done < count && Date.now() < untilMs; life += 1) {
        await (life % 4 === 0 ? this.cutShort() : this.whole());
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }
}

function refused(error) {
  if (error.status !== 409) throw error;
}

const MiB = 2 ** 20;
const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
const round = (value) => Number(value.toFixed(2));

async function looked(server, lives, folder) {
  const { rssMiB, heapMiB } = await server.figures('collect');
  const database = join(folder, 'data', 'simulated', 'berth.sqlite');
  const bytes = sizeOf(database);
  if (bytes === 0) throw new Error(`there is no database ${database}`);
  return {
    operations: lives.done,
    failed: lives.failed,
    rssMiB: round(rssMiB),
    heapMiB: round(heapMiB),
    databaseMiB: round(bytes / MiB),
  };
}

/** Of the line that fits best, per 1,000 operations. */
function slope(samples, name) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [samples.map((one) => one.operations / 1000), samples.map((one) => one[name])];
  const [mx, my] = [mean(x), mean(y)];
  const over = x.reduce((sum, value, at) => sum + (value - mx) * (y[at] - my), 0);
  return round(over / x.reduce((sum, value) => sum + (value - mx) ** 2, 0));
}

async function live(server, folder, file, say) {
  const { vnfdId } = await vnf.onboard(server.api, file, say);
  const lives = new Lives(server.api, vnfdId);
  const untilMs = Date.now() + limitMs;
  const samples = [];
  for (let leg = 1; leg <= legs && Date.now() < untilMs; leg += 1) {
    await lives.until((operations * leg) / legs, untilMs);
    await sleep(settleMs);
    samples.push(await looked(server, lives, folder));
    say(JSON.stringify(samples.at(-1)));
  }
  return samples;
}

function judged(samples) {
  const counted = samples.slice(warmUpLegs);
  if (counted.length < 4)
    throw new Error(`only ${samples.length} of ${legs} parts were done in time: nothing can be said`);
  return Object.entries(limits).map(([name, limit]) => ({ name, growth: slope(counted, name), limit }));
}

async function measureAll(state, folder, say) {
  const file = state.path('router.csar');
  await standInPackage(file, say);
  const environment = { BERTH_KEEP_OPERATIONS: String(kept) };
  const server = await MeasuredServer.start(folder, { hosts, environment, preload: [quickTimers] });
  const samples = await live(server, folder, file, say).finally(() => server.stop());
  const growths = judged(samples);
  if (growths.some(({ growth, limit }) => growth > limit)) process.exitCode = 1;
  const heading = ['MiB for 1,000 operations', 'found', 'at most'];
  return { rows: [heading, ...growths.map(Object.values)], figures: { samples, growths } };
}

export const bench = (say) => inOwnFolder('bench-life', (state, folder) => measureAll(state, folder, say));
