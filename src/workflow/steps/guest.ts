/**
 * What is said to a guest through its agent: is it ready, take this configuration (docs/vnf-guest-contract.md).
 */
import { EngineError, type Engine } from '../../engine/engine.js';
import type { VnfcId } from '../../shared/ids.js';
import { guestWords, readGuestStatus } from '../guests/guest-status.js';
import { nothingToUndo, type StepContext, type StepHandler } from './handler.js';

const pollMs = 150;
const commandMs = 10_000;
/** The time of a command when that of the step is over: it is asked once in any case. */
const lastCommandMs = 1_000;
const configurationFile = '/run/berth-configuration';

/** The guest did not become ready in its time; `reason` is what it or its agent said last. */
export class GuestNotReady extends Error {
  constructor(vnfcId: VnfcId, reason: string) {
    super(`the guest of VNFC ${vnfcId} did not become ready in time; last heard: ${reason}`);
    this.name = 'GuestNotReady';
  }
}

/** The guest refused a command; its standard error is the cause. */
export class GuestRefused extends Error {
  constructor(vnfcId: VnfcId, command: readonly string[], exitCode: number, stderr: string) {
    super(
      `"${command.join(' ')}" in the guest of VNFC ${vnfcId} ended with ${String(exitCode)}: ${guestWords(stderr)}`,
    );
    this.name = 'GuestRefused';
  }
}

type Attempt = { readonly ready: true; readonly output: unknown } | { readonly ready: false; readonly reason: string };

export const awaitGuest: StepHandler<'await-guest'> = {
  onLostHost: 'refuse',
  async run({ hostId, vnfcId, statusCommand }, context) {
    for (;;) {
      const leftMs = context.deadlineMs - context.clock.elapsedMs();
      const timeMs = Math.min(commandMs, Math.max(leftMs, lastCommandMs));
      const attempt = await ask(context.engine(hostId), vnfcId, statusCommand ?? ['true'], timeMs);
      if (attempt.ready) return attempt.output;
      await gone(context, vnfcId, hostId);
      const isOver = context.clock.elapsedMs() + pollMs > context.deadlineMs;
      if (isOver || context.signal.aborted) throw new GuestNotReady(vnfcId, attempt.reason);
      await context.clock.sleep(pollMs);
    }
  },
  undo: nothingToUndo,
};

/** A guest that powered itself off or crashed will not become ready: say so at once. */
async function gone(
  { engine }: StepContext,
  vnfcId: VnfcId,
  hostId: Parameters<StepContext['engine']>[0],
): Promise<void> {
  const { state, reason } = await engine(hostId).domain(vnfcId);
  if (state === 'shutoff' || state === 'crashed') throw new GuestNotReady(vnfcId, `its domain is ${state} (${reason})`);
}

async function ask(engine: Engine, vnfcId: VnfcId, command: readonly string[], timeMs: number): Promise<Attempt> {
  try {
    const { exitCode, stdout, stderr } = await engine.guestExec(vnfcId, command, timeMs);
    if (exitCode !== 0)
      return { ready: false, reason: `status command ended with ${String(exitCode)}: ${guestWords(stderr)}` };
    if (command[0] === 'true') return { ready: true, output: { agent: true } };
    const status = readGuestStatus(stdout, 0);
    return status.healthy
      ? { ready: true, output: { status: status.detail } }
      : { ready: false, reason: status.detail };
  } catch (error) {
    if (error instanceof EngineError && notYet.has(error.kind)) return { ready: false, reason: error.message };
    throw error;
  }
}

const notYet: ReadonlySet<string> = new Set(['Unavailable', 'Busy', 'Timeout']);

export const configureGuest: StepHandler<'configure-guest'> = {
  onLostHost: 'refuse',
  async run({ hostId, vnfcId, command, userData }, { engine, wait }) {
    const host = engine(hostId);
    await host.guestWriteFile(vnfcId, configurationFile, Buffer.from(userData, 'utf8'));
    // After a takeover it has the remaining time; after a retry the whole time.
    const { exitCode, stderr } = await wait.during('command', (spentMs) =>
      host
        .guestExec(vnfcId, [...command, configurationFile], Math.max(commandMs - spentMs, lastCommandMs))
        .finally(() => {
          wait.over('command');
        }),
    );
    if (exitCode !== 0) throw new GuestRefused(vnfcId, command, exitCode, stderr);
    return undefined;
  },
  undo: nothingToUndo,
};
