/**
 * Network cards of a VNFC that stands, plugged and taken out, whether its domain runs or not; each is the undo of the other.
 */
import { EngineError } from '../../engine/engine.js';
import type { StepInputs } from '../../lifecycle/step-inputs.js';
import type { StepContext, StepHandler } from './handler.js';
import { nothingToUndo } from './handler.js';

type Card = StepInputs['attach-card'];

export const detachCard: StepHandler<'detach-card'> = { onLostHost: 'refuse', run: takeOut, undo: putBack };

export const attachCard: StepHandler<'attach-card'> = { onLostHost: 'refuse', run: plug, undo: takeBack };

/** A domain that somebody undefined is written from its record when it starts. */
async function plug({ hostId, vnfcId, card }: Card, { engine }: StepContext): Promise<unknown> {
  return ifDefined(vnfcId, () => engine(hostId).ensureCard(vnfcId, card));
}

/** The guest has `unplugMs` in total, across takeovers. */
async function takeOut({ hostId, vnfcId, card, unplugMs }: Card, { engine, wait }: StepContext): Promise<unknown> {
  return ifDefined(vnfcId, () =>
    wait.duringAlone('unplug', (spentMs) => engine(hostId).removeCard(vnfcId, card, Math.max(0, unplugMs - spentMs))),
  );
}

async function putBack(card: Card, context: StepContext): Promise<void> {
  await plug(card, context);
}

async function takeBack(card: Card, context: StepContext): Promise<void> {
  await takeOut(card, context);
}

async function ifDefined(vnfcId: string, work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind !== 'NotFound') throw error;
    return {
      warning: `VNFC ${vnfcId} has no domain on its host; its next start defines it with its connections as they are now.`,
    };
  }
}

export const releaseCards: StepHandler<'release-cards'> = {
  onLostHost: 'pass',
  async run({ given }, { store, releasing }) {
    await releasing(given, () => store.releaseAllocations(given.flatMap(({ allocationIds }) => allocationIds)));
    return undefined;
  },
  undo: nothingToUndo,
};
