/**
 * Terminate (SOL003 clause 5.4.8): everything of the instance goes; its identifier stays.
 */
import { removing } from '../changes.js';
import type { InstantiatedVnf, LcmPlan } from '../model.js';
import { ok, refuse } from '../../shared/outcome.js';
import { problem } from '../../shared/problem.js';
import { instantiatedOf } from '../draft.js';
import type { Operation } from './operation.js';
import { staged } from '../stages.js';
import { gracefulMsOf, removeNetworkStep, removeVnfcSteps, type StepTimes } from '../steps.js';

export interface TerminateVnfRequest {
  readonly terminationType: 'FORCEFUL' | 'GRACEFUL';
  /** Seconds. */
  readonly gracefulTerminationTimeout?: number;
}

export const terminate: Operation<TerminateVnfRequest> = {
  needs: 'INSTANTIATED',
  task: 'terminate',
  places: false,
  check(_, { terminationType, gracefulTerminationTimeout }) {
    if (terminationType === 'GRACEFUL' || gracefulTerminationTimeout === undefined) return ok(undefined);
    const detail = 'gracefulTerminationTimeout goes only with terminationType GRACEFUL; leave it out.';
    return refuse(problem('malformed-request', detail));
  },
  draft({ instance }, request) {
    const now = instantiatedOf(instance);
    return ok({ plan: ({ times }) => planTerminate(now, request, times) });
  },
};

function planTerminate(now: InstantiatedVnf, request: TerminateVnfRequest, times: StepTimes): LcmPlan {
  const gracefulMs = request.terminationType === 'GRACEFUL' ? gracefulMsOf(request.gracefulTerminationTimeout) : 0;
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
