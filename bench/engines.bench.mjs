/**
 * What the processes that speak to hosts cost: memory at 1, 10 and 100 hosts, and how long a call takes while another host
 * of the same pool is stuck. The hosts are those of libvirt's test driver behind a libvirtd.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { ensureBuilt } from '../scripts/lib/build.mjs';
import { sleep } from '../scripts/lib/time.mjs';
import { ownLibvirtd } from './own-libvirtd.mjs';

export const description = 'memory of the processes that speak to 1, 10 and 100 hosts, and calls beside a stuck host';

const fleets = [1, 10, 100];
const hostsPerPool = 10;
const settleMs = 3_000;
const calls = 300;
const stuckMs = 20_000;

const children = () =>
  readdirSync('/proc/self/task')
    .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' '))
    .filter((pid) => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('libvirt/child/main'));

/** MiB of all children: what only one of them has, and with its share of what several have. */
function memory() {
  const pids = children();
  const sum = (...fields) =>
    pids.reduce((total, pid) => {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      return fields.reduce((all, field) => all + Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)[1]), total);
    }, 0) / 1024;
  return { processes: pids.length, privateMiB: sum('Private_Clean', 'Private_Dirty'), pssMiB: sum('Pss') };
}

async function connected(engine) {
  await engine.start();
  for (let tries = 0; !engine.isConnected(); tries += 1) {
    if (tries > 300) throw new Error(`${engine.hostId} is not connected after 30 s`);
    await sleep(100);
  }
}

/** As after its first minute: it has been read, and the counters of a few scrapes. The test driver knows no facts of pages. */
async function use(engine) {
  await engine.tuning();
  await engine.listNetworks();
  for (let scrape = 0; scrape < 3; scrape += 1) await engine.stats();
}

/** Whatever becomes of it, none of their processes stays. */
async function withEngines(engines, work) {
  try {
    for (const engine of engines) await connected(engine);
    return await work();
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()));
  }
}

/** Makes engines that share pools. */
async function engineMaker() {
  await ensureBuilt();
  const { createLibvirtEngine } = await import('../dist/engine/libvirt/libvirt-engine.js');
  const { createProcessPools } = await import('../dist/engine/libvirt/processes/process-pools.js');
  const { systemClock: clock } = await import('../dist/system.js');
  const pools = createProcessPools({ clock, hostsPerPool });
  return (options) => createLibvirtEngine({ clock, pools, ...options });
}

async function fleet(uri, size) {
  const make = await engineMaker();
  const pool = { name: 'berth', path: '/tmp' };
  return Array.from({ length: size }, (_, at) => make({ hostId: `host-${at}`, uri, pool, acceleration: 'tcg' }));
}

async function memoryOf(uri, size, say) {
  const engines = await fleet(uri, size);
  const { processes, privateMiB, pssMiB } = await withEngines(engines, async () => {
    for (const engine of engines) await use(engine);
    await sleep(settleMs);
    return memory();
  });
  const result = { hosts: size, processes, privateMiB, pssMiB, privateMiBPerHost: privateMiB / size };
  say(`${size} hosts: ${JSON.stringify(result)}`);
  return result;
}

async function latency(engines) {
  const times = [];
  for (let at = 0; at < calls; at += 1) {
    const from = performance.now();
    await engines[at % engines.length].listDomains();
    times.push(performance.now() - from);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50Ms: at(0.5), p99Ms: at(0.99), mostMs: sorted.at(-1) };
}

/** One host of a pool answers no call from the moment on at which the others are measured. */
async function besideStuck(uri, say) {
  const frozen = await ownLibvirtd();
  try {
    const make = await engineMaker();
    const at = (hostId, to, more) => make({ hostId, uri: to, pool: { name: 'berth', path: '/tmp' }, ...more });
    const stuck = at('stuck', frozen.uri, { keepAliveSeconds: 60, deadlineMs: () => stuckMs });
    const mates = Array.from({ length: hostsPerPool - 1 }, (_, index) => at(`mate-${index}`, uri));
    const found = await withEngines([stuck, ...mates], async () => {
      const well = await latency(mates);
      frozen.freeze();
      const call = stuck.listDomains().catch((error) => error);
      await sleep(10);
      const besideStuck = await latency(mates);
      frozen.thaw();
      await call;
      return { well, besideStuck };
    });
    say(`beside a stuck host: ${JSON.stringify(found)}`);
    return found;
  } finally {
    await frozen.stop();
  }
}

const mib = (value) => `${value.toFixed(1)} MiB`;
const ms = ({ p50Ms, p99Ms, mostMs }) => [p50Ms, p99Ms, mostMs].map((value) => `${value.toFixed(1)} ms`);

export async function bench(say) {
  const daemon = await ownLibvirtd();
  try {
    const memories = [];
    for (const size of fleets) memories.push(await memoryOf(daemon.uri, size, say));
    const calls = await besideStuck(daemon.uri, say);
    const rows = [
      ['hosts', 'processes', 'private', 'private per host', 'PSS'],
      ...memories.map((each) => [
        each.hosts,
        each.processes,
        mib(each.privateMiB),
        mib(each.privateMiBPerHost),
        mib(each.pssMiB),
      ]),
      ['a call', 'p50', 'p99', 'most', ''],
      ['all well', ...ms(calls.well), ''],
      ['one stuck', ...ms(calls.besideStuck), ''],
    ];
    return { rows, figures: { memories, calls } };
  } finally {
    await daemon.stop();
  }
}
