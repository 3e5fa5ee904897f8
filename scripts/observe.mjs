/**
 * `npm run observe [-- --once] [--simulated] [--data-dir DIR] [--port N]`: Prometheus and Alertmanager of Debian beside a
 * Berth with VNFs. A VNFC is killed, its alert arrives and is resolved, dashboards have something to show. Stays up until
 * Ctrl-C; with --once it ends by itself, and the exit code is 0 only if every step held. Nothing is left either way.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { carryOut } from './lib/main.mjs';
import { Observe } from './lib/observe/observe.mjs';
import { ObservedHost, whyNotReal } from './lib/observe/real.mjs';
import { ObservedSimulation } from './lib/observe/simulated.mjs';
import { inTop } from './lib/paths.mjs';
import { Journey } from './lib/quickstart/journey.mjs';
import { Session } from './lib/quickstart/session.mjs';
import { RunState } from './lib/quickstart/state.mjs';
import { interrupted } from './lib/signals.mjs';

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    simulated: { type: 'boolean', default: false },
    'data-dir': { type: 'string' },
    port: { type: 'string', default: '9641' },
  },
});

function isSimulated() {
  if (values.simulated) return true;
  const why = whyNotReal();
  if (why !== undefined) console.log(`With simulated hosts: ${why}.`);
  return why !== undefined;
}

async function main() {
  const simulated = isSimulated();
  const name = simulated ? 'observe-simulated' : 'observe';
  const state = new RunState(values['data-dir'] ? resolve(values['data-dir']) : inTop('.berth', name));
  const journey = new Journey();
  const host = simulated ? new ObservedSimulation(journey, state) : new ObservedHost(journey, state);
  const observe = new Observe(new Session(journey, state, host, { port: Number(values.port) }));
  // At any time: what was made is taken away, and a second signal does not wait for that.
  const stop = interrupted().then(() => 'stop');
  const shown = observe.show().then(
    () => 'shown',
    (error) => {
      if (error.output) console.log(error.output.trim());
      if (journey.failed.length === 0) console.log(error.message);
      return 'failed';
    },
  );
  const end = await Promise.race([shown, stop]);
  if (end === 'shown' && !values.once) {
    observe.sayWhere();
    await stop;
  }
  await observe.takeAway();
  const failed = end === 'failed' ? ['it could not be shown', ...journey.failed] : journey.failed;
  console.log(`\n${failed.length === 0 ? 'Every step held' : `Failed: ${failed.join('; ')}`} (${journey.elapsed()})`);
  process.exit(failed.length === 0 ? 0 : 1);
}

await carryOut(main);
