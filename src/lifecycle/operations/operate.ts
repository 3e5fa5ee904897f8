/**
 * Operate (SOL003 clause 5.4.10): start and stop the VNFCs; what they hold stays theirs.
 */
import type { VnfcId } from '../../shared/ids.js';
import type { Outcome } from '../../shared/outcome.js';
import { ok, refuse } from '../../shared/outcome.js';
import { problem } from '../../shared/problem.js';
import type { InstantiatedVnf, LcmPlan, Vnfc, VnfState } from '../model.js';
import { lostDisksParameter, planStart, type RestoredVnfc } from '../plan-start.js';
import { flavourOf, instantiatedOf } from '../draft.js';
import type { KeyValuePairs } from '../requests.js';
import type { Operation } from './operation.js';
import { isAlready, runsAsRecorded, type Sight } from '../vnf-state.js';
import { staged } from '../stages.js';
import { gracefulMsOf, stopVnfcStep, type StepTimes } from '../steps.js';

export interface OperateVnfRequest {
  readonly changeStateTo: 'STARTED' | 'STOPPED';
  readonly stopType?: 'FORCEFUL' | 'GRACEFUL';
  /** Seconds. */
  readonly gracefulStopTimeout?: number;
  readonly additionalParams?: KeyValuePairs;
}

export const operate: Operation<OperateVnfRequest> = {
  needs: 'INSTANTIATED',
  task: 'operate',
  places: false,
  check: ({ instance, sight }, request) => checkOperate(instantiatedOf(instance), request, sight),
  draft(asked, request) {
    const { instance, sight } = asked;
    const now = instantiatedOf(instance);
    const { inputs, extVirtualLinks } = now;
    const filling = { flavour: flavourOf(asked, now), inputs, extVirtualLinks };
    const isStart = request.changeStateTo === 'STARTED';
    const vnfcs = isStart ? toStart(now, sight) : now.vnfcs;
    return ok({
      ...(isStart && { restoring: { vnfcs, filling } }),
      plan: ({ restored, times }) => planOperate(now, request, vnfcs, restored, times),
    });
  },
};

/** Asking for the state that every VNFC is already in is refused (409), as is a stop type with STARTED. */
function checkOperate(now: InstantiatedVnf, request: OperateVnfRequest, sight: Sight): Outcome<void> {
  const stopWords = request.stopType !== undefined || request.gracefulStopTimeout !== undefined;
  if (request.changeStateTo === 'STARTED' && stopWords) {
    return refuse(
      problem(
        'malformed-request',
        'stopType and gracefulStopTimeout go only with changeStateTo STOPPED; leave them out.',
      ),
    );
  }
  if (request.stopType !== 'GRACEFUL' && request.gracefulStopTimeout !== undefined) {
    return refuse(problem('malformed-request', 'gracefulStopTimeout goes only with stopType GRACEFUL; leave it out.'));
  }
  if (request.changeStateTo === 'STOPPED' && request.additionalParams?.[lostDisksParameter] !== undefined) {
    return refuse(
      problem('malformed-request', `${lostDisksParameter} goes only with changeStateTo STARTED; leave it out.`),
    );
  }
  if (isAlready(request.changeStateTo, now, sight)) {
    return refuse(problem('wrong-state', `The VNF is ${request.changeStateTo} already; there is nothing to do.`));
  }
  return ok(undefined);
}

/** A start writes day-0 again, so that configuration changed meanwhile is what the guest finds. */
function planOperate(
  now: InstantiatedVnf,
  request: OperateVnfRequest,
  concerned: readonly Vnfc[],
  rendered: ReadonlyMap<VnfcId, RestoredVnfc>,
  times: StepTimes,
): LcmPlan {
  const gracefulMs = request.stopType === 'GRACEFUL' ? gracefulMsOf(request.gracefulStopTimeout) : 0;
  const vnfState = request.changeStateTo;
  const steps =
    vnfState === 'STOPPED'
      ? concerned.map((vnfc) => stopVnfcStep(vnfc, gracefulMs, times))
      : planStart(now, concerned, rendered, request, times);
  return {
    vnfcs: concerned.map((before) => ({ before, after: operated(before, vnfState) })),
    links: [],
    order: 'add-first',
    steps: staged('add-first', steps),
    after: { ...now, vnfState, vnfcs: now.vnfcs.map((vnfc) => operated(vnfc, vnfState)) },
    rollbackSupported: false,
  };
}

function operated({ incomplete, endedByItself: _cleared, ...vnfc }: Vnfc, state: VnfState): Vnfc {
  return { ...vnfc, state, ...(incomplete === true && state === 'STOPPED' ? { incomplete } : {}) };
}

/** VNFCs that do not run, or of which nobody can say. */
const toStart = ({ vnfcs }: InstantiatedVnf, sight: Sight): readonly Vnfc[] =>
  vnfcs.filter((vnfc) => !runsAsRecorded(vnfc, sight));
