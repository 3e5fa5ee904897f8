/**
 * Every kind of step with its handler. A kind without one does not compile.
 */
import type { StepInputs } from '../../lifecycle/step-inputs.js';
import type { Step, StepKind } from '../../lifecycle/model.js';
import { attachCard, detachCard, releaseCards } from './cards.js';
import { releaseClaims } from './claims.js';
import { defineDomain, removeDomain, startDomain, stopDomain } from './domains.js';
import { awaitGuest, configureGuest } from './guest.js';
import type { StepContext, StepHandler } from './handler.js';
import { passedOver } from './lost-host.js';
import { restoreDomain, restoreVolume } from './restore.js';
import { ensureNetwork, removeNetwork } from './networks.js';
import { baseImage, blankVolume, contentVolume, imageVolume, removeVolumes, rewriteDay0 } from './volumes.js';

const handlers: { readonly [K in StepKind]: StepHandler<K> } = {
  'base-image': baseImage,
  'ensure-network': ensureNetwork,
  'image-volume': imageVolume,
  'blank-volume': blankVolume,
  'content-volume': contentVolume,
  'restore-volume': restoreVolume,
  'restore-domain': restoreDomain,
  'define-domain': defineDomain,
  'start-domain': startDomain,
  'await-guest': awaitGuest,
  'stop-domain': stopDomain,
  'remove-domain': removeDomain,
  'remove-volumes': removeVolumes,
  'remove-network': removeNetwork,
  'release-claims': releaseClaims,
  'detach-card': detachCard,
  'attach-card': attachCard,
  'rewrite-day0': rewriteDay0,
  'release-cards': releaseCards,
  'configure-guest': configureGuest,
};

/** The journal stores inputs as JSON written by this program's own plan: the kind vouches for the shape. */
function typed<K extends StepKind>(
  step: Step,
  kind: K,
): { readonly handler: StepHandler<K>; readonly input: StepInputs[K] } {
  return { handler: handlers[kind], input: step.input as StepInputs[K] };
}

export async function runStep(step: Step, context: StepContext): Promise<unknown> {
  const { handler, input } = typed(step, step.kind);
  return (await passedOver(input, handler.onLostHost, context, false)) ?? handler.run(input, context);
}

export async function undoStep(step: Step, context: StepContext): Promise<void> {
  const { handler, input } = typed(step, step.kind);
  if ((await passedOver(input, handler.onLostHost, context, true)) === undefined) await handler.undo(input, context);
}
