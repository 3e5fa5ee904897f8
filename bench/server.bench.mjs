/**
 * How quickly a whole server carries operations out: instantiations on 1,000 simulated hosts from accepted to COMPLETED,
 * with 1, 20 and 100 in flight, on SQLite and on PostgreSQL as durable as they come. What it aims at stands beside.
 */
import { standInPackage } from '../scripts/lib/quickstart/stand-in.mjs';
import * as vnf from '../scripts/lib/quickstart/vnf.mjs';
import { sleep } from '../scripts/lib/time.mjs';
import { inOwnFolder, MeasuredServer } from './measured-server.mjs';
import { postgresPrograms, startPostgres } from './own-postgres.mjs';
import { cpuMs } from './scrape-processes.mjs';
import { inFlight, instantiation } from './server-load.mjs';
import { syncsDuring } from './syncs.mjs';

export const description = 'operations per second on 1,000 hosts, with SQLite and PostgreSQL, against aims';

const hosts = 1000;
const vnfs = 1000;
/** In flight, how many at most, and for how long at most. */
const levels = [
  { lanes: 1, most: 60, limitMs: 8_000 },
  { lanes: 20, most: 500, limitMs: 20_000 },
  { lanes: 100, most: 340, limitMs: 20_000 },
];
const warmUp = 20;
const traced = 20;
const fillLimitMs = 30_000;
const restMs = 5_000;
const aims = { perSecond: 200, lagP99Ms: 20, rssMiB: 400, idleRssMiB: 120 };

const round = (value, digits = 1) => Number(value.toFixed(digits));

/** Of sorted or unsorted values; the nearest rank. */
function percentile(values, percent) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

/** VNFs are created before the clock runs, and each is instantiated once. */
class Supply {
  #ready = [];
  made = 0;

  constructor(api, vnfdId) {
    this.api = api;
    this.vnfdId = vnfdId;
  }

  async fill(count) {
    const wanted = Math.min(count, vnfs - this.made) - this.#ready.length;
    for (let at = 0; at < wanted; at += 1) this.#ready.push(await vnf.create(this.api, this.vnfdId, 'bench-server'));
  }

  next() {
    const id = this.#ready.pop();
    if (id === undefined) return undefined;
    this.made += 1;
    return instantiation(id);
  }
}

async function measured(server, supply, database, { lanes, most, limitMs }) {
  await supply.fill(most);
  await server.figures();
  const [fromMs, databaseCpu] = [performance.now(), database.cpuMs()];
  const tookMs = await inFlight(server.api, lanes, limitMs, () => supply.next());
  const seconds = (performance.now() - fromMs) / 1000;
  const { cpuMs: serverCpu, lagP99Ms, lagMaxMs, rssMiB } = await server.figures();
  return {
    database: database.name,
    inFlight: lanes,
    operations: tookMs.length,
    perSecond: round(tookMs.length / seconds),
    p50Ms: percentile(tookMs, 50),
    p99Ms: percentile(tookMs, 99),
    lagP99Ms,
    lagMaxMs,
    cpuMsPerOperation: round(serverCpu / tookMs.length),
    databaseCpuMsPerOperation: round((database.cpuMs() - databaseCpu) / tookMs.length),
    rssMiB: Math.round(rssMiB),
  };
}

async function syncs(server, supply, database, lanes) {
  await supply.fill(traced);
  const before = supply.made;
  const count = await syncsDuring(database.pid(server), () =>
    inFlight(server.api, lanes, fillLimitMs, () => supply.next()),
  );
  return count === undefined ? undefined : round(count / (supply.made - before), 2);
}

async function measureDatabase(folder, file, database, say) {
  const server = await MeasuredServer.start(folder, { hosts, environment: database.environment });
  try {
    const { vnfdId } = await vnf.onboard(server.api, file, say);
    const supply = new Supply(server.api, vnfdId);
    await supply.fill(warmUp);
    await inFlight(server.api, 4, fillLimitMs, () => supply.next());
    const results = [];
    for (const level of levels) {
      const result = await measured(server, supply, database, level);
      results.push({ ...result, syncsPerOperation: await syncs(server, supply, database, level.lanes) });
      say(JSON.stringify(results.at(-1)));
    }
    while (supply.made < vnfs) {
      await supply.fill(vnfs);
      const before = supply.made;
      await inFlight(server.api, 20, fillLimitMs, () => supply.next());
      if (supply.made === before) break;
    }
    await sleep(restMs);
    const { rssMiB } = await server.figures();
    const collected = await server.figures('collect');
    return {
      results,
      memory: {
        database: database.name,
        vnfs: supply.made,
        rssMiB: Math.round(rssMiB),
        heapMiB: Math.round(collected.heapMiB),
      },
    };
  } finally {
    await server.stop();
  }
}

async function idle(folder) {
  const server = await MeasuredServer.start(folder, { hosts: 3 });
  try {
    await sleep(restMs);
    return Math.round((await server.figures()).rssMiB);
  } finally {
    await server.stop();
  }
}

const sqlite = { name: 'SQLite', environment: {}, pid: (server) => server.pid, cpuMs: () => 0 };

async function withPostgres(bin, work) {
  const own = await startPostgres(bin);
  try {
    return await work({
      name: 'PostgreSQL',
      environment: { BERTH_STORE: own.url },
      pid: () => own.pid,
      cpuMs: () => cpuMs(own.pid),
    });
  } finally {
    await own.stop();
  }
}

const heading = [
  ...['database', 'in flight', 'operations', 'per second', 'p50 ms', 'p99 ms', 'lag p99 ms', 'lag max ms'],
  ...['CPU ms each', 'of the database', 'RSS MiB', 'syncs each'],
];
const row = (result) => Object.values({ ...result, syncsPerOperation: result.syncsPerOperation ?? '-' });

function aimRows(results, memory, idleRssMiB) {
  const at20 = results.find(({ inFlight: lanes, database }) => lanes === 20 && database === 'SQLite');
  const line = (what, found, aim) => [what, String(found), String(aim)];
  return [
    ['', ''],
    ['what', 'found', 'aim'],
    line('per second, 20 in flight', at20.perSecond, aims.perSecond),
    line('lag p99 ms, 20 in flight', at20.lagP99Ms, aims.lagP99Ms),
    ...memory.map((one) => line(`RSS MiB at ${one.vnfs} VNFs, ${one.database}`, one.rssMiB, aims.rssMiB)),
    line('RSS MiB idle, 3 hosts', idleRssMiB, aims.idleRssMiB),
  ];
}

async function measureAll(state, say) {
  const file = state.path('router.csar');
  await standInPackage(file, say);
  const taken = [await measureDatabase(state.path('sqlite'), file, sqlite, say)];
  const bin = postgresPrograms();
  if (bin === undefined) say('PostgreSQL is not measured: it is not installed (Debian: postgresql).');
  else taken.push(await withPostgres(bin, (database) => measureDatabase(state.path('postgres'), file, database, say)));
  const idleRssMiB = await idle(state.path('idle'));
  const results = taken.flatMap((one) => one.results);
  const memory = taken.map((one) => one.memory);
  const rows = [heading, ...results.map(row), ...aimRows(results, memory, idleRssMiB)];
  return { rows, figures: { aims, results, memory, idleRssMiB } };
}

export const bench = (say) => inOwnFolder('bench-server', (state) => measureAll(state, say));
