/**
 * Releases the allocation of a removed VNFC. The last step of its lane, when none of its resources is in use.
 */
import { earlierAllocations, idsIn } from '../../lifecycle/allocations.js';
import type { StepInputs } from '../../lifecycle/step-inputs.js';
import type { AllocationId } from '../../shared/ids.js';
import { nothingToUndo, type StepHandler } from './handler.js';

export const releaseClaims: StepHandler<'release-claims'> = {
  onLostHost: 'pass',
  async run(input, { store, releasing }) {
    const allocationIds = allocationsIn(input);
    const { functionsOn: hostId, vnfcIds } = input;
    const given = hostId === undefined ? [] : vnfcIds.map((vnfcId) => ({ hostId, vnfcId, allocationIds }));
    await releasing(given, () => store.releaseAllocations(allocationIds));
    return undefined;
  },
  undo: nothingToUndo,
};

const allocationsIn = ({ vnfcIds, allocationIds }: StepInputs['release-claims']): readonly AllocationId[] =>
  allocationIds ?? vnfcIds.flatMap((id) => idsIn(earlierAllocations(id)));
