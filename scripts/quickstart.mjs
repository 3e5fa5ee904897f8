/**
 * `npm run quickstart [-- --once] [--simulated] [--data-dir DIR] [--port N]`: on a Debian machine with Node 20 and npm,
 * from nothing to a router VNF that forwards. Leaves Berth running; with --once everything is taken away again, and
 * the exit code is 0 only if every step held.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { carryOut } from './lib/main.mjs';
import { inTop } from './lib/paths.mjs';
import { Journey } from './lib/quickstart/journey.mjs';
import { RealHost } from './lib/quickstart/real-host.mjs';
import { Quickstart } from './lib/quickstart/quickstart.mjs';
import { SimulatedHost } from './lib/quickstart/simulated-host.mjs';
import { RunState } from './lib/quickstart/state.mjs';

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    simulated: { type: 'boolean', default: false },
    'data-dir': { type: 'string' },
    port: { type: 'string', default: '9641' },
  },
});

async function main() {
  const name = values.simulated ? 'quickstart-simulated' : 'quickstart';
  const state = new RunState(values['data-dir'] ? resolve(values['data-dir']) : inTop('.berth', name));
  const journey = new Journey();
  const host = values.simulated ? new SimulatedHost(journey, state) : new RealHost(journey, state);
  const quickstart = new Quickstart(journey, state, host, { port: Number(values.port) });
  if (!values.once) return quickstart.show();
  try {
    await quickstart.show();
  } catch (error) {
    if (error.output) console.log(error.output.trim());
  }
  await quickstart.takeAway();
  console.log(
    `\n${journey.failed.length === 0 ? 'Every step held' : `Failed: ${journey.failed.join('; ')}`} (${journey.elapsed()})`,
  );
  if (journey.failed.length > 0) process.exitCode = 1;
}

await carryOut(main);
