/**
 * Terminate (SOL003 clause 5.4.8): everything of the instance goes; its identifier stays.
 */
import { removing } from './changes.js';
import type { InstantiatedVnf, LcmPlan } from './model.js';
import type { TerminateVnfRequest } from './requests.js';
import { staged } from './stages.js';
import { removeNetworkStep, removeVnfcSteps, type StepTimes } from './steps.js';

/** Seconds that guests get to stop when the request is GRACEFUL and names none. */
export const defaultGracefulTerminationS = 20;

export function planTerminate(now: InstantiatedVnf, request: TerminateVnfRequest, times: StepTimes): LcmPlan {
  const seconds = request.gracefulTerminationTimeout ?? defaultGracefulTerminationS;
  const gracefulMs = request.terminationType === 'GRACEFUL' ? seconds * 1000 : 0;
  return {
    vnfcs: removing(now.vnfcs),
    links: removing(now.virtualLinks),
    order: 'remove-first',
    steps: staged('remove-first', [
      ...now.vnfcs.flatMap((vnfc) => removeVnfcSteps(vnfc, gracefulMs, times)),
      ...now.virtualLinks.map((link) => removeNetworkStep(link, times)),
    ]),
    rollbackSupported: false,
  };
}
