/**
 * `npm run quickstart [-- --once] [--chain | --lab | --simulated] [--data-dir DIR] [--port N]`: on a Debian machine with Node 20
 * and npm, from nothing to a router VNF that forwards, or with --chain to a router, a firewall and a UPF in a row, or with --lab
 * to a router with virtual functions of SR-IOV cards, on a host of the lab (docs/lab.md). Leaves
 * Berth running; with --once everything is taken away again, and the exit code is 0 only if every step held.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { carryOut } from './lib/main.mjs';
import { inTop } from './lib/paths.mjs';
import { Chain } from './lib/quickstart/chain/chain.mjs';
import { Journey, StepFailed } from './lib/quickstart/journey.mjs';
import { chainBridges } from './lib/quickstart/networks.mjs';
import { LabHost } from './lib/quickstart/lab/lab-host.mjs';
import { RealHost } from './lib/quickstart/real-host.mjs';
import { Quickstart } from './lib/quickstart/quickstart.mjs';
import { Session } from './lib/quickstart/session.mjs';
import { SimulatedHost } from './lib/quickstart/simulated-host.mjs';
import { RunState } from './lib/quickstart/state.mjs';
import { endPrograms } from './lib/run.mjs';
import { exitCodeOf, interrupted } from './lib/signals.mjs';
import { sleep } from './lib/time.mjs';

/** What was under way when a signal came is waited for this long: what it makes must be there to be taken away. */
const stepLimitMs = 20_000;

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    chain: { type: 'boolean', default: false },
    lab: { type: 'boolean', default: false },
    simulated: { type: 'boolean', default: false },
    'data-dir': { type: 'string' },
    port: { type: 'string', default: '9641' },
  },
});

const kinds = {
  quickstart: (journey, state) => ({ host: new RealHost(journey, state), Demonstration: Quickstart }),
  'quickstart-simulated': (journey, state) => ({ host: new SimulatedHost(journey, state), Demonstration: Quickstart }),
  'quickstart-lab': (journey, state) => ({ host: new LabHost(journey, state), Demonstration: Quickstart }),
  'quickstart-chain': (journey, state) => ({
    host: new RealHost(journey, state, {
      settings: { sharedCpuRatio: 8 },
      vnfs: ['router', 'firewall', 'upf'],
      bridged: chainBridges,
    }),
    Demonstration: Chain,
  }),
};

function kindAsked() {
  const asked = ['chain', 'lab', 'simulated'].filter((kind) => values[kind]);
  if (asked.length > 1) throw new Error(`One at a time: choose ${asked.map((kind) => `--${kind}`).join(' or ')}.`);
  return ['quickstart', ...asked].join('-');
}

async function main() {
  const name = kindAsked();
  const state = new RunState(values['data-dir'] ? resolve(values['data-dir']) : inTop('.berth', name));
  const journey = new Journey();
  const { host, Demonstration } = kinds[name](journey, state);
  const session = new Session(journey, state, host, { port: Number(values.port) });
  const quickstart = new Demonstration(session);
  if (!values.once) return quickstart.show();
  const way = shown(quickstart);
  const end = await Promise.race([way, interrupted()]);
  const signal = end.startsWith('SIG') ? end : undefined;
  if (signal !== undefined) {
    journey.interrupt(`${signal}: everything is taken away again; a second one does not wait`);
    endPrograms();
    await Promise.race([way, sleep(stepLimitMs)]);
  }
  await session.takeAway();
  const failed = end === 'failed' ? ['it could not be shown', ...journey.failed] : journey.failed;
  console.log(`\n${failed.length === 0 ? held(signal) : `Failed: ${failed.join('; ')}`} (${journey.elapsed()})`);
  // A step that was interrupted may still wait for an answer.
  if (signal !== undefined) process.exit(exitCodeOf(signal));
  if (failed.length > 0) process.exitCode = 1;
}

const held = (signal) => (signal === undefined ? 'Every step held' : `Ended by ${signal}, and taken away`);

/** `shown`, `failed`; or `step failed`, which the journey has told and knows. */
async function shown(quickstart) {
  try {
    await quickstart.show();
    return 'shown';
  } catch (error) {
    if (error.output) console.log(error.output.trim());
    if (error instanceof StepFailed) return 'step failed';
    console.log(error.message);
    return 'failed';
  }
}

await carryOut(main);
