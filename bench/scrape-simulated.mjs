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
import { cpuMs } from './scrape-processes.mjs';

const hosts = 100;
const scrapes = 20;
const idleMs = 10_000;
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

async function measured(berth, vnfcs) {
  // What the last operations set going has ended.
  await sleep(idleMs);
  const [before, from] = [cpuMs(berth.pid), performance.now()];
  await sleep(idleMs);
  const perMs = (cpuMs(berth.pid) - before) / (performance.now() - from);
  let page = '';
  const [start, startedAt] = [cpuMs(berth.pid), performance.now()];
  for (let at = 0; at < scrapes; at += 1) page = await berth.api.text('/metrics');
  const tookMs = performance.now() - startedAt;
  const scrapeMs = (cpuMs(berth.pid) - start - perMs * tookMs) / scrapes;
  return {
    vnfcs,
    samples: page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
    scrapeMs: Number(scrapeMs.toFixed(2)),
    waitMs: Number((tookMs / scrapes).toFixed(2)),
    idlePercent: Number((100 * perMs).toFixed(2)),
  };
}

/** Each size in turn, on one Berth that grows. */
export async function simulatedScrapes(sizes, say) {
  const state = new RunState(inTop('.berth', 'bench-scrape'));
  await stopBerth(state);
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
      results.push(await measured(berth, size));
    }
    return results;
  } finally {
    await stopBerth(state);
    state.forget();
  }
}
