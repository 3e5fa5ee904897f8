/**
 * Network cards of a VNFC that stands, plugged and taken out, whether its domain runs or not; each is the undo of the other.
 */
import { EngineError } from '../../engine/engine.js';
import type { StepInputs } from '../../lifecycle/step-inputs.js';
import { functionOfCard } from '../../libvirt-xml/moved-definition.js';
import { cardNow } from './functions.js';
import type { StepContext, StepHandler } from './handler.js';
import { nothingToUndo } from './handler.js';

type Card = StepInputs['attach-card'];

export const detachCard: StepHandler<'detach-card'> = {
  onLostHost: 'refuse',
  run: (card, context) => takeOut(card, [card.card], context),
  undo: putBack,
};

export const attachCard: StepHandler<'attach-card'> = {
  onLostHost: 'refuse',
  run: (card, context) => plug(card, 'after', context),
  undo: takeBack,
};

/** A domain that somebody undefined is written from its record when it starts. */
function plug(card: Card, which: 'before' | 'after', context: StepContext): Promise<unknown> {
  const { hostId, vnfcId } = card;
  const engine = context.engine(hostId);
  return ifDefined(vnfcId, async () => {
    const now = await whereItIs(card, which, context);
    // Plugged at the address of before by an attempt that buses were renumbered after.
    if (now !== card.card) await engine.removeCard(vnfcId, card.card, card.unplugMs);
    await engine.ensureCard(vnfcId, now);
  });
}

/** The guest has `unplugMs` in total, across takeovers. */
function takeOut({ hostId, vnfcId, unplugMs }: Card, cards: readonly string[], context: StepContext): Promise<unknown> {
  const engine = context.engine(hostId);
  return ifDefined(vnfcId, () =>
    context.wait.duringAlone('unplug', async (spentMs) => {
      for (const card of cards) await engine.removeCard(vnfcId, card, Math.max(0, unplugMs - spentMs));
    }),
  );
}

async function putBack(card: Card, context: StepContext): Promise<void> {
  await plug(card, 'before', context);
}

async function takeBack(card: Card, context: StepContext): Promise<void> {
  const now = await whereItIs(card, 'after', context);
  await takeOut(card, [...new Set([card.card, now])], context);
}

/** Addresses of PCI functions change when buses are renumbered; the plan was written before. */
async function whereItIs(
  { vnfcId, cpdId, card }: Card,
  which: 'before' | 'after',
  { withFunctionsNow }: StepContext,
): Promise<string> {
  const vnfc = functionOfCard(card) === undefined ? undefined : await withFunctionsNow(vnfcId, which);
  return vnfc === undefined ? card : cardNow(card, vnfc, cpdId);
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
