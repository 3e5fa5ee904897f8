/**
 * What the benches stand on: this host prepared, a Berth of their own with the router onboarded, libvirt's events with
 * their times, and everything taken away at the end.
 */
import { inTop } from '../scripts/lib/paths.mjs';
import { choosePort, startBerth, stopBerth } from '../scripts/lib/quickstart/berth.mjs';
import { Journey } from '../scripts/lib/quickstart/journey.mjs';
import { RealHost } from '../scripts/lib/quickstart/real-host.mjs';
import { RunState } from '../scripts/lib/quickstart/state.mjs';
import * as vnf from '../scripts/lib/quickstart/vnf.mjs';
import { ensureBuilt } from '../scripts/lib/build.mjs';
import { DomainEvents } from './domain-events.mjs';

/** `settings` say how Berth uses the host. Runs `work({ api, vnfdId, host, events })` and takes everything away, whatever becomes of it. */
export async function withBerth(say, work, settings) {
  const journey = new Journey(say);
  const state = new RunState(inTop('.berth', 'bench'));
  const host = new RealHost(journey, state, { settings });
  await host.packages();
  await journey.step('Build', ensureBuilt);
  await stopBerth(state);
  await host.prepare();
  const berth = await startBerth(state, { port: await choosePort(0), args: host.berthArguments() });
  const events = new DomainEvents();
  try {
    await vnf.removeEverything(berth.api, say);
    await host.clean();
    await berth.api.until('/nfvi/v1/hosts', (hosts) => hosts[0]?.reachable, { limitMs: 180_000 });
    const { vnfdId } = await vnf.onboard(berth.api, host.routerPackage(), say);
    return await work({ api: berth.api, vnfdId, events });
  } finally {
    events.close();
    await vnf.removeEverything(berth.api, say);
    await stopBerth(state);
    await host.takeAway();
    state.forget();
    if (journey.failed.length > 0) process.exitCode = 1;
  }
}

export const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
};
