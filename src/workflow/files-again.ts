/**
 * Which files of a host are written again before a guest is started after trouble. libvirt does not sync what is uploaded: a
 * host whose power was cut may have zeros for what came in the last half minute, though the journal says that it was done.
 * Definitions, and disks that QEMU's tools make, are synced.
 */
import { EngineError } from '../engine/engine.js';
import type { StepStates } from '../lifecycle/journal.js';
import type { StepInputs } from '../lifecycle/step-inputs.js';
import type { LcmPlan, Step } from '../lifecycle/model.js';

/** After this nobody knows whether the host is as it was left. */
export const isHostTrouble = (error: unknown): boolean =>
  error instanceof EngineError && (error.kind === 'Unavailable' || error.kind === 'Timeout');

/** Steps that are done and brought bytes which the guest of `start` needs, in the order of the plan. */
export function filesAgain({ steps }: LcmPlan, states: StepStates, start: Step): readonly Step[] {
  if (start.kind !== 'start-domain') return [];
  const { hostId, vnfcId, pool, bases } = start.input as StepInputs['start-domain'];
  const isNeeded = ({ kind, input }: Step): boolean => {
    if (kind === 'content-volume') return (input as StepInputs['content-volume']).vnfcId === vnfcId;
    if (kind !== 'base-image') return false;
    const image = input as StepInputs['base-image'];
    return image.hostId === hostId && image.pool === pool && bases.includes(image.name);
  };
  return steps.filter((step) => states.get(step.id) === 'done' && isNeeded(step));
}
