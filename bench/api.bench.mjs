/**
 * What a request for stored things costs a server: 1,000 and 10,000 instances with an operation each, 100 packages with
 * 1,000 artifacts each, on SQLite and PostgreSQL. Processor time, because the clock counts whatever else the machine does;
 * what the server does anyway is taken off.
 */
import { request as httpRequest, Agent } from 'node:http';
import { join } from 'node:path';
import { standInEntries } from '../scripts/lib/quickstart/stand-in.mjs';
import * as vnf from '../scripts/lib/quickstart/vnf.mjs';
import { sleep } from '../scripts/lib/time.mjs';
import { inOwnFolder, MeasuredServer } from './measured-server.mjs';
import { postgresPrograms, startPostgres } from './own-postgres.mjs';
import { cpuMs } from './scrape-processes.mjs';
import { SeededCollections } from './seed-collections.mjs';
import { inFlight, instantiation } from './server-load.mjs';

export const description = 'CPU of a request at 1,000 and 10,000 instances, with SQLite and PostgreSQL, against aims';

const hosts = 20;
const sizes = [1_000, 10_000];
const packages = 100;
const artifacts = 1_000;
const aims = { pageMs: 5, oneMs: 0.3, growth: 1.2 };

const rounds = 5;
const roundMs = 600;
const warmUpMs = 1_200;
/** What a start sets going has ended. */
const restMs = 4_000;
const idleMs = 4_000;

const round = (value, digits = 2) => Number(value.toFixed(digits));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const lcm = '/vnflcm/v2';
const versions = { vnfpkgm: '2.1.0', vnflcm: '2.0.0' };

/** The first asks for nothing that is stored: what any request costs. */
const questions = (ids, middle, packageId) => [
  { what: 'versions of the API', path: '/vnflcm/api_versions' },
  { what: 'page of instances', path: `${lcm}/vnf_instances`, aim: 'pageMs' },
  { what: 'page in the middle', path: middle.instances, aim: 'pageMs' },
  { what: 'one instance', path: `${lcm}/vnf_instances/${ids.instance}`, aim: 'oneMs' },
  { what: 'instance by name', path: `${lcm}/vnf_instances?filter=(eq,vnfInstanceName,bench-api-77)` },
  { what: 'page of operations', path: `${lcm}/vnf_lcm_op_occs`, aim: 'pageMs' },
  { what: 'operations in the middle', path: middle.operations, aim: 'pageMs' },
  { what: 'one operation', path: `${lcm}/vnf_lcm_op_occs/${ids.operation}` },
  { what: 'page of placements', path: '/nfvi/v1/placements', aim: 'pageMs' },
  { what: 'page of packages', path: '/vnfpkgm/v2/vnf_packages', aim: 'pageMs' },
  { what: 'one package', path: `/vnfpkgm/v2/vnf_packages/${packageId}` },
];

/** A client that costs little: connections are kept, bodies are thrown away. */
class Asking {
  #agent = new Agent({ keepAlive: true });

  constructor(api, token) {
    this.origin = new URL(api.origin);
    this.headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  }

  ask(path, keep = false) {
    const { hostname, port } = this.origin;
    const version = versions[path.split('/')[1]];
    const headers = { ...this.headers, ...(version && { version }) };
    const options = { hostname, port, path, agent: this.#agent, headers };
    return new Promise((resolve, reject) => {
      const asked = httpRequest(options, (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => keep && chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          if (answer.statusCode !== 200) return reject(new Error(`GET ${path}: ${answer.statusCode}`));
          return resolve({ link: answer.headers.link, body: Buffer.concat(chunks).toString() });
        });
      });
      asked.on('error', reject);
      asked.end();
    });
  }

  /** The path of the page that begins at about half of the collection. */
  async middleOf(path, pages) {
    for (let at = 0; at < pages; at += 1) {
      const { link } = await this.ask(path);
      const next = /<([^>]+)>/.exec(link ?? '')?.[1];
      if (next === undefined) throw new Error(`${path} has no page after it; the bench expects ${pages - at} more`);
      const { pathname, search } = new URL(next);
      path = `${pathname}${search}`;
    }
    return path;
  }

  async #during(path, ms) {
    const limit = performance.now() + ms;
    let count = 0;
    for (; performance.now() < limit; count += 1) await this.ask(path);
    return count;
  }

  /** Milliseconds of the processor per request, of the server and of what it asks. */
  async costOf(path, server, database, idle) {
    await this.#during(path, warmUpMs);
    const costs = [];
    for (let at = 0; at < rounds; at += 1) {
      const [from, own, others] = [performance.now(), cpuMs(server.pid), database.cpuMs()];
      const count = await this.#during(path, roundMs);
      const ms = performance.now() - from;
      costs.push({
        server: (cpuMs(server.pid) - own - idle * ms) / count,
        database: (database.cpuMs() - others) / count,
      });
    }
    const middle = (name) => round(median(costs.map((each) => each[name])), 3);
    return { serverMs: middle('server'), databaseMs: middle('database') };
  }

  close() {
    this.#agent.destroy();
  }
}

/** Share of a processor that the server takes when nobody asks. */
async function idleShare(server) {
  await sleep(restMs);
  const [from, before] = [performance.now(), cpuMs(server.pid)];
  await sleep(idleMs);
  return (cpuMs(server.pid) - before) / (performance.now() - from);
}

async function measured(folder, database, seeded, size, say) {
  const server = await MeasuredServer.start(folder, { hosts, environment: database.environment });
  const asking = new Asking(server.api, server.token);
  try {
    const idle = await idleShare(server);
    const pages = Math.floor(size / 200);
    const middle = {
      instances: await asking.middleOf(`${lcm}/vnf_instances`, pages),
      operations: await asking.middleOf(`${lcm}/vnf_lcm_op_occs`, pages),
    };
    const [{ id }] = await server.api.get('/vnfpkgm/v2/vnf_packages');
    const found = [];
    for (const { what, path, aim } of questions(seeded.idsAt(77), middle, id)) {
      const { body } = await asking.ask(path, true);
      const cost = await asking.costOf(path, server, database, idle);
      found.push({ database: database.name, size, what, aim, bytes: body.length, ...cost });
      say(JSON.stringify(found.at(-1)));
    }
    return found;
  } finally {
    asking.close();
    await server.stop();
  }
}

/** The router's package with so many files more. */
async function packFile(file) {
  const { pack } = await import('../vnf-catalog/builder/pack.mjs');
  const { createHash } = await import('node:crypto');
  const entries = await standInEntries();
  const more = Array.from({ length: artifacts }, (_, at) => [`Files/more/${at}.txt`, Buffer.from(`artifact ${at}\n`)]);
  const digests = more.map(([path, content]) => {
    const hash = createHash('sha256').update(content).digest('hex');
    return `\nSource: ${path}\nAlgorithm: SHA-256\nHash: ${hash}\n`;
  });
  const all = [...entries].map(([path, content]) =>
    path.endsWith('.mf') ? [path, Buffer.concat([content, Buffer.from(digests.join(''))])] : [path, content],
  );
  await pack('router', new Map([...all, ...more]), file);
}

/** One of each, carried out by a server, which is then stopped. */
async function oneOfEach(folder, file, database, say) {
  const server = await MeasuredServer.start(folder, { hosts, environment: database.environment });
  try {
    const { vnfdId } = await vnf.onboard(server.api, file, say);
    const id = await vnf.create(server.api, vnfdId, 'bench-api-0');
    const left = [instantiation(id)];
    await inFlight(server.api, 1, 60_000, () => left.pop());
  } finally {
    await server.stop();
  }
}

async function measureDatabase(folder, file, database, say) {
  await oneOfEach(folder, file, database, say);
  const seeded = await SeededCollections.of(
    database.environment.BERTH_STORE ?? join(folder, 'data', 'simulated', 'berth.sqlite'),
  );
  const found = [];
  for (const size of sizes) {
    say(`${database.name}: ${size} instances`);
    await seeded.upTo({ packages, instances: size });
    found.push(...(await measured(folder, database, seeded, size, say)));
  }
  return found;
}

const heading = [
  ...['database', 'asked for', 'KB', `ms at ${sizes[0]}`, 'aim', 'of the database', `ms at ${sizes[1]}`],
  ...['of the database', 'times', 'aim'],
];

function rowsOf(found) {
  const [small, large] = sizes.map((size) => found.filter((each) => each.size === size));
  return small.map((few, at) => {
    const many = large[at];
    const sum = ({ serverMs, databaseMs }) => serverMs + databaseMs;
    return [
      ...[few.database, few.what, round(few.bytes / 1000, 1), few.serverMs, few.aim ? aims[few.aim] : '-'],
      ...[few.databaseMs, many.serverMs, many.databaseMs, round(sum(many) / sum(few)), aims.growth],
    ];
  });
}

async function measureAll(state, say) {
  const file = state.path('router.csar');
  await packFile(file);
  const sqlite = { name: 'SQLite', environment: {}, cpuMs: () => 0 };
  const found = [await measureDatabase(state.path('sqlite'), file, sqlite, say)];
  const bin = postgresPrograms();
  if (bin === undefined) say('PostgreSQL is not measured: it is not installed (Debian: postgresql).');
  else {
    const own = await startPostgres(bin);
    try {
      const environment = { BERTH_STORE: own.url };
      const database = { name: 'PostgreSQL', environment, cpuMs: () => cpuMs(own.pid) };
      found.push(await measureDatabase(state.path('postgres'), file, database, say));
    } finally {
      await own.stop();
    }
  }
  return { rows: [heading, ...found.flatMap(rowsOf)], figures: { aims, requests: found.flat() } };
}

export const bench = (say) => inOwnFolder('bench-api', (state) => measureAll(state, say));
