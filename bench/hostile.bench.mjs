/**
 * What hostile requests cost the others: size of the answer, longest block of the event loop, growth of memory, whether
 * health still answers, and how long a page of a list takes with 100,000 operations stored. Fails beyond the limits.
 */
import Database from 'better-sqlite3';
import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ensureBuilt } from '../scripts/lib/build.mjs';
import { inTop } from '../scripts/lib/paths.mjs';
import { pathOf } from '../scripts/lib/quickstart/api.mjs';
import { standInPackage } from '../scripts/lib/quickstart/stand-in.mjs';
import { RunState } from '../scripts/lib/quickstart/state.mjs';
import * as vnf from '../scripts/lib/quickstart/vnf.mjs';
import { sleep } from '../scripts/lib/time.mjs';
import { lists } from './hostile-lists.mjs';
import { attacks } from './hostile-requests.mjs';
import { HostileServer } from './hostile-server.mjs';
import { silentSubscriber } from './hostile-subscribers.mjs';
import { median } from './lab.mjs';

export const description = 'what hostile requests cost the others, against limits';

const limits = { answerMiB: 1, blockedMs: 100, growthMiB: 64, logMiB: 1, healthMs: 1000, pageMs: 50 };
const storedOperations = 100_000;
const tooMany = 10_000;
const MiB = 1024 * 1024;

async function measured(server, { name, run }) {
  await server.lag();
  const before = server.rssMiB();
  let peak = before;
  const sampling = setInterval(() => (peak = Math.max(peak, server.rssMiB())), 5);
  try {
    const told = await run(server).catch((error) => ({ failed: error.message }));
    const { answerBytes, logMiB, ...more } = told ?? {};
    const lag = await server.lag();
    return {
      name,
      ...lag,
      growthMiB: Math.round(peak - before),
      ...(answerBytes !== undefined && { answerMiB: Number((answerBytes / MiB).toFixed(3)) }),
      ...(logMiB !== undefined && { logMiB: Number(logMiB.toFixed(2)) }),
      ...more,
    };
  } finally {
    clearInterval(sampling);
  }
}

/** One operation done by Berth itself, to be copied. */
async function oneOperation({ api }, file, say) {
  const { vnfdId } = await vnf.onboard(api, file, say);
  const id = await vnf.create(api, vnfdId, 'bench-hostile');
  const body = { metadata: { bench: 'hostile' } };
  const type = 'application/merge-patch+json';
  const { location } = await api.request('PATCH', `/vnflcm/v2/vnf_instances/${id}`, { body, type });
  await api.until(pathOf(location), (occ) => occ.operationState === 'COMPLETED', { limitMs: 30_000 });
  return pathOf(location).split('/').at(-1);
}

/** Copies the operation in the database of a server that is stopped, whatever columns the table has. */
function copyOperation(dataDir, id) {
  const [file] = readdirSync(dataDir, { recursive: true }).filter((path) => basename(path) === 'berth.sqlite');
  const database = new Database(join(dataDir, file), { fileMustExist: true });
  const columns = database.pragma('table_info(operations)').map(({ name }) => name);
  const copied = {
    id: `'${id.slice(0, -6)}' || printf('%06x', n)`,
    start_time_ms: 'start_time_ms + n',
    document: `replace(json_set(document, '$.startTimeMs', start_time_ms + n), id, '${id.slice(0, -6)}' || printf('%06x', n))`,
  };
  const values = columns.map((name) => copied[name] ?? `"${name}"`);
  database.exec(`
    with recursive copies(n) as (select 1 union all select n + 1 from copies where n < ${storedOperations})
    insert or ignore into operations (${columns.map((name) => `"${name}"`).join(', ')})
    select ${values.join(', ')} from operations, copies where id = '${id}'`);
  const { count } = database.prepare('select count(*) as count from operations').get();
  database.close();
  if (count < storedOperations) throw new Error(`only ${count} operations are stored`);
}

const listing = (path) => ({
  name: `${storedOperations.toLocaleString('en')} operations stored: ${decodeURIComponent(path).slice(0, 100)}`,
  run: async ({ api }) => {
    const times = [];
    for (let round = 0; round < 3; round += 1) {
      const from = performance.now();
      await api.get(path);
      times.push(performance.now() - from);
    }
    return { pageMs: Math.round(median(times)) };
  },
});

const removed = /^berth_operations_removed_total (\d+)$/m;

/** From the start on; the metric says when it is done. */
const removal = {
  name: `${tooMany.toLocaleString('en')} old operations that are removed`,
  run: async ({ api }) => {
    for (const limit = Date.now() + 120_000; ; await sleep(500)) {
      if (Number(removed.exec(await api.text('/metrics'))?.[1] ?? 0) >= tooMany) return {};
      if (Date.now() > limit) throw new Error('they are not removed after 120 s');
    }
  },
};

const broken = (result) => [
  ...Object.entries(limits).flatMap(([name, limit]) => (result[name] > limit ? [`${name} above ${limit}`] : [])),
  ...(result.failed === undefined ? [] : [`it failed: ${result.failed}`]),
];

async function run(state, say) {
  const dataDir = state.path('data');
  rmSync(dataDir, { recursive: true, force: true });
  const file = state.path('router.csar');
  await standInPackage(file, say);
  const results = [];
  const take = async (server, attack) => {
    results.push(await measured(server, attack));
    say(JSON.stringify(results.at(-1)));
    await sleep(200);
  };
  const subscriber = await silentSubscriber();
  let server = await HostileServer.start(dataDir, [], { BERTH_CALLBACK_ALLOWED: subscriber.origin });
  try {
    const id = await oneOperation(server, file, say);
    for (const attack of attacks) await take(server, attack);
    await server.stop();
    copyOperation(dataDir, id);
    server = await HostileServer.start(dataDir, ['--log-level', 'error']);
    for (const path of lists(id)) await take(server, listing(path));
    await server.stop();
    const keep = { BERTH_KEEP_OPERATIONS: String(storedOperations - tooMany) };
    server = await HostileServer.start(dataDir, [], keep);
    await take(server, removal);
  } finally {
    subscriber.close();
    await server.stop();
  }
  return results;
}

export async function bench(say) {
  await ensureBuilt();
  const state = new RunState(inTop('.berth', 'bench-hostile'));
  try {
    const results = (await run(state, say)).map((each) => ({ ...each, broken: broken(each) }));
    if (results.some((each) => each.broken.length > 0)) process.exitCode = 1;
    const heading = [
      'what',
      'answer MiB',
      'loop blocked ms',
      'by the clock ms',
      'growth MiB',
      'log MiB',
      'health ms',
      'page ms',
      'beyond the limits',
    ];
    const rows = results.map(
      ({ name, answerMiB, blockedMs, lagMs, growthMiB, logMiB, healthMs, pageMs, broken: beyond }) =>
        [name, answerMiB, blockedMs, lagMs, growthMiB, logMiB, healthMs, pageMs, beyond.join(', ')].map((each) =>
          String(each ?? ''),
        ),
    );
    return { rows: [heading, ...rows], figures: { limits, results } };
  } finally {
    state.forget();
  }
}
