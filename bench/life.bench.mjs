/**
 * A day in eight minutes: 10,000 operations at least on VNFs that come and go, with whatever waits for a minute or longer
 * waiting for a part of it, so that retention and all else that is done from time to time is done as often as in a day.
 * Memory and the database have to stay as large as they are: the median of the last quarter of what was seen may be larger
 * than that of the second one by a share that is said here. In the first quarter the server fills its caches and its
 * database to what it keeps. The bench fails when something grows, and says when its time was over before all operations
 * were done.
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

export const description = 'a day of 10,000 operations with retention: memory and database have to stay flat';

const hosts = 20;
const lanes = 8;
const operations = 10_000;
const kept = 500;
const dayHours = 24;
/** How much faster long waits pass, see quick-timers.mjs. */
const timesFaster = 180;
const dayMs = (dayHours * 3_600_000) / timesFaster;
/** With start and end the bench takes ten minutes at most. */
const limitMs = 9 * 60_000;
const everyMs = 4_000;
/** A quarter that was looked at less often says nothing. */
const leastLooks = 4;
/** By how much the last quarter may be larger than the second. The database keeps a short row of each VNFC that has ended. */
const shares = { heapMiB: 0.1, rssMiB: 0.1, databaseMiB: 0.1 };

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

  /** Until the day is over and so many operations are done, or the time is. */
  async until(count, dayEndMs, untilMs) {
    const lane = async (_, number) => {
      for (let life = number; (this.done < count || Date.now() < dayEndMs) && Date.now() < untilMs; life += 1) {
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
  if (sizeOf(database) === 0) throw new Error(`there is no database ${database}`);
  return {
    operations: lives.done,
    failed: lives.failed,
    rssMiB: round(rssMiB),
    heapMiB: round(heapMiB),
    databaseMiB: round((sizeOf(database) + sizeOf(`${database}-wal`)) / MiB),
  };
}

/** Looks at the server, with its lives going on, until all are lived or the time is over. */
async function live(server, folder, file, say) {
  const { vnfdId } = await vnf.onboard(server.api, file, say);
  const lives = new Lives(server.api, vnfdId);
  let isOver = false;
  const lived = lives.until(operations, Date.now() + dayMs, Date.now() + limitMs).finally(() => (isOver = true));
  const samples = [];
  while (!isOver) {
    await Promise.race([sleep(everyMs), lived]);
    samples.push(await looked(server, lives, folder));
    say(JSON.stringify(samples.at(-1)));
  }
  await lived;
  return samples;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** What was seen in a quarter of the operations. */
function quarter(samples, number) {
  const all = samples.at(-1).operations;
  const seen = samples.filter(({ operations: at }) => Math.ceil((4 * at) / all) === number);
  if (seen.length >= leastLooks) return seen;
  throw new Error(`quarter ${number} of ${all} operations was looked at ${seen.length} times: nothing can be said`);
}

function judged(samples) {
  const quarters = [2, 4].map((number) => quarter(samples, number));
  return Object.entries(shares).map(([name, atMost]) => {
    const [second, last] = quarters.map((seen) => median(seen.map((one) => one[name])));
    return { name, second, last, growth: round(last / second - 1), atMost };
  });
}

async function measureAll(state, folder, say) {
  const file = state.path('router.csar');
  await standInPackage(file, say);
  const environment = { BERTH_KEEP_OPERATIONS: String(kept), BENCH_TIMES_FASTER: String(timesFaster) };
  const server = await MeasuredServer.start(folder, { hosts, environment, preload: [quickTimers] });
  const samples = await live(server, folder, file, say).finally(() => server.stop());
  const growths = judged(samples);
  if (growths.some(({ growth, atMost }) => growth > atMost)) process.exitCode = 1;
  const done = samples.at(-1).operations;
  const end =
    done < operations ? `cut by time after ${done} of ${operations} operations` : `${done} operations, ${dayHours} h`;
  const heading = [end, 'second quarter', 'last quarter', 'growth', 'at most'];
  return { rows: [heading, ...growths.map(Object.values)], figures: { samples, growths, isCut: done < operations } };
}

export const bench = (say) => inOwnFolder('bench-life', (state, folder) => measureAll(state, folder, say));
