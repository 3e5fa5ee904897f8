/**
 * What a scrape costs a Berth with many VNFCs on simulated hosts: the page and what is asked of the database for it. Beside it
 * what the same Berth takes when nobody scrapes.
 */
import { choosePort, startBerth, stopBerth } from '../scripts/lib/quickstart/berth.mjs';
import { networks } from '../scripts/lib/quickstart/networks.mjs';
import { standInPackage } from '../scripts/lib/quickstart/stand-in.mjs';
import { RunState } from '../scripts/lib/quickstart/state.mjs';
import * as vnf from '../scripts/lib/quickstart/vnf.mjs';
import { inTop } from '../scripts/lib/paths.mjs';
import { sleep } from '../scripts/lib/time.mjs';
import { median } from './lab.mjs';
import { atSignal } from './leaving.mjs';
import { cpuMs } from './scrape-processes.mjs';

const scrapes = 7;
const idleMs = 10_000;
/** Berth reads counters every five seconds: no scrape finds those that the one before it found. */
const pauseMs = 5_300;
/** Operations under way at once. */
const lanes = 12;

/** Networks with room for every router. */
const links = networks.map(({ side, bridge }, at) => ({
  ...{ cpd: side, bridge, subnet: `10.${64 + at}.0.0/16` },
  range: [`10.${64 + at}.0.10`, `10.${64 + at}.63.250`],
}));

async function instantiate(api, vnfdId, count) {
  let left = count;
  const lane = async () => {
    while (left-- > 0) {
      const id = await vnf.create(api, vnfdId, `scrape-${left}`);
      await vnf.instantiateOn(api, id, { flavourId: 'simple', links });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** What it took beyond what Berth takes in that time anyway, and how long it took. */
async function scrape(berth, perMs) {
  const [before, from] = [cpuMs(berth.pid), performance.now()];
  const page = await berth.api.text('/metrics');
  const waitMs = performance.now() - from;
  return { page, waitMs, scrapeMs: cpuMs(berth.pid) - before - perMs * waitMs };
}

async function measured(berth, hosts, vnfcs) {
  // What the last operations set going has ended.
  await sleep(idleMs);
  const [before, from] = [cpuMs(berth.pid), performance.now()];
  await sleep(idleMs);
  const perMs = (cpuMs(berth.pid) - before) / (performance.now() - from);
  const taken = [];
  for (let at = 0; at < scrapes; at += 1) {
    await sleep(pauseMs);
    taken.push(await scrape(berth, perMs));
  }
  const { page } = taken.at(-1);
  const middle = (name) => Number(median(taken.map((each) => each[name])).toFixed(2));
  return {
    hosts,
    vnfcs,
    samples: page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
    mb: Number((Buffer.byteLength(page) / 1e6).toFixed(2)),
    scrapeMs: middle('scrapeMs'),
    waitMs: middle('waitMs'),
    idlePercent: Number((100 * perMs).toFixed(2)),
  };
}

/** Each size in turn, on one Berth that grows. */
export async function simulatedScrapes(hosts, sizes, say) {
  const state = new RunState(inTop('.berth', 'bench-scrape'));
  await stopBerth(state);
  const left = atSignal(() => stopBerth(state));
  try {
    const file = state.path('router.csar');
    await standInPackage(file, say);
    const args = ['--fleet', String(hosts), '--signature-policy', 'warn', '--log-level', 'error'];
    const berth = await startBerth(state, { port: await choosePort(0), args });
    const { vnfdId } = await vnf.onboard(berth.api, file, say);
    const results = [];
    let standing = 0;
    for (const size of sizes) {
      say(`instantiating up to ${size} VNFs`);
      await instantiate(berth.api, vnfdId, size - standing);
      standing = size;
      results.push(await measured(berth, hosts, size));
    }
    return results;
  } finally {
    await stopBerth(state);
    state.forget();
    left();
  }
}
