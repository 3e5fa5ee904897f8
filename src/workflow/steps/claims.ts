/**
 * Letting go of what a removed VNFC held. The last step of its lane: nothing that it held is in use any more.
 */
import { nothingToUndo, type StepHandler } from './handler.js';

export const releaseClaims: StepHandler<'release-claims'> = {
  async run({ vnfcIds }, { store }) {
    await store.releaseClaims(vnfcIds);
    return undefined;
  },
  undo: nothingToUndo,
};
