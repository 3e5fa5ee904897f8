/**
 * How long Berth takes to start over a fleet of simulated hosts, for the first time and again, and to answer how many
 * more routers fit.
 */
import { readFileSync, rmSync } from 'node:fs';
import { ensureBuilt } from '../scripts/lib/build.mjs';
import { inTop } from '../scripts/lib/paths.mjs';
import { choosePort, startBerth, stopBerth } from '../scripts/lib/quickstart/berth.mjs';
import { standInPackage } from '../scripts/lib/quickstart/stand-in.mjs';
import { RunState } from '../scripts/lib/quickstart/state.mjs';
import * as vnf from '../scripts/lib/quickstart/vnf.mjs';

export const description = 'start-up and capacity over 1,000 and 10,000 simulated hosts';

const sizes = [1000, 10_000];

async function seconds(work) {
  const from = performance.now();
  const value = await work();
  return { value, seconds: Number(((performance.now() - from) / 1000).toFixed(2)) };
}

const start = async (state, hosts) => {
  const args = ['--fleet', String(hosts), '--signature-policy', 'warn', '--log-level', 'error'];
  return startBerth(state, { port: await choosePort(0), args });
};

const memoryMiB = (pid) =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024);

async function measured(state, hosts, file, say) {
  const first = await seconds(() => start(state, hosts));
  const { vnfdId } = await vnf.onboard(first.value.api, file, say);
  const asked = (berth, more = '') => seconds(() => berth.api.get(`/nfvi/v1/capacity?vnfd=${vnfdId}${more}`));
  const capacity = await asked(first.value);
  const again = await asked(first.value);
  const reserve = await asked(first.value, '&reserve=n%2B1');
  await stopBerth(state);
  const restart = await seconds(() => start(state, hosts));
  const afterwards = await asked(restart.value);
  return {
    hosts,
    firstStart: first.seconds,
    restart: restart.seconds,
    firstCapacity: Math.max(capacity.seconds, afterwards.seconds),
    capacity: again.seconds,
    withReserve: reserve.seconds,
    memoryMiB: memoryMiB(restart.value.pid),
  };
}

export async function bench(say) {
  await ensureBuilt();
  const results = [];
  for (const hosts of sizes) {
    const state = new RunState(inTop('.berth', `bench-fleet-${hosts}`));
    rmSync(state.path('data'), { recursive: true, force: true });
    const file = state.path('router.csar');
    await standInPackage(file, say);
    try {
      results.push(await measured(state, hosts, file, say));
    } finally {
      await stopBerth(state);
      state.forget();
    }
  }
  const heading = ['hosts', 'first start s', 'restart s', 'first capacity s', 'capacity s', 'with n+1 s', 'memory MiB'];
  return { rows: [heading, ...results.map((one) => Object.values(one).map(String))], figures: { results } };
}
