/**
 * Scale out and in by aspect (SOL003 clause 5.4.5, SOL001 clause 6.10.2).
 */
import { defined } from '../../shared/defined.js';
import { perhaps } from '../../shared/suggest.js';
import type { Flavour, ScalingAspect } from '../../vnfd/model.js';
import type { Outcome } from '../../shared/outcome.js';
import { ok, refuse } from '../../shared/outcome.js';
import { problem } from '../../shared/problem.js';
import {
  checkCounts,
  difference,
  flavourOf,
  instantiatedOf,
  isSound,
  type OperationDraft,
  type PlanContext,
} from '../draft.js';
import type { InstantiatedVnf } from '../model.js';
import { planChange } from '../plan.js';
import { usualGracefulMs } from '../steps.js';
import type { Operation } from './operation.js';
import { vduCounts, type ScaleLevels } from '../scaling.js';

export interface ScaleVnfRequest {
  readonly type: 'SCALE_OUT' | 'SCALE_IN';
  readonly aspectId: string;
  /** Default 1. */
  readonly numberOfSteps?: number;
}

export const scale: Operation<ScaleVnfRequest> = {
  needs: 'INSTANTIATED',
  task: 'scale',
  places: true,
  offered: (aspects) => aspects.length > 0,
  check({ instance }) {
    if (instance.instantiated?.vnfState !== 'STOPPED') return ok(undefined);
    const detail = `VNF instance ${instance.id} is STOPPED; operate it to STARTED before scaling.`;
    return refuse(problem('wrong-state', detail));
  },
  draft(asked, request) {
    const placing = draftScale(asked, instantiatedOf(asked.instance), request);
    if (!placing.ok) return placing;
    const { value } = placing;
    return ok({ placing: value, plan: (parts) => planChange(asked, value, parts, usualGracefulMs) });
  },
};

export function draftScale(
  context: PlanContext,
  now: InstantiatedVnf,
  request: ScaleVnfRequest,
): Outcome<OperationDraft> {
  const flavour = flavourOf(context, now);
  const scaleLevels = targetLevels(flavour, now, request);
  if (!scaleLevels.ok) return scaleLevels;
  const present = vduCounts(flavour, now.scaleLevels);
  const target = vduCounts(flavour, scaleLevels.value);
  const counts = Object.fromEntries(
    flavour.vdus.map(({ id }) => {
      return [id, present[id] === target[id] ? staying(now, id, present[id] ?? 0) : (target[id] ?? 0)];
    }),
  );
  const counted = checkCounts(flavour, counts);
  if (!counted.ok) return counted;
  return ok({
    flavour,
    ...difference(context, flavour, now.vnfcs, counts),
    extVirtualLinks: now.extVirtualLinks,
    scaleLevels: scaleLevels.value,
    inputs: now.inputs,
    ...defined({ localizationLanguage: now.localizationLanguage }),
  });
}

/** How many a VDU keeps that is not scaled: those that are sound, or as many as its level says when some are not. */
function staying({ vnfcs }: InstantiatedVnf, vduId: string, atLevel: number): number {
  const here = vnfcs.filter((vnfc) => vnfc.vduId === vduId);
  const sound = here.filter(isSound).length;
  return sound === here.length ? sound : Math.max(sound, atLevel);
}

function targetLevels(flavour: Flavour, now: InstantiatedVnf, request: ScaleVnfRequest): Outcome<ScaleLevels> {
  const aspect = flavour.aspects.find((each) => each.id === request.aspectId);
  if (aspect === undefined) {
    const known = flavour.aspects.map((each) => each.id);
    return refuse(
      problem(
        'unknown-reference',
        `aspectId "${request.aspectId}" is not in flavour ${flavour.id}${perhaps(request.aspectId, known)}; it has ${known.join(', ') || '(none)'}.`,
      ),
    );
  }
  const steps = request.numberOfSteps ?? 1;
  if (steps > 1 && !flavour.lcmOperations.scalingByMoreThanOneStep) {
    return refuse(
      problem(
        'unknown-reference',
        `numberOfSteps is ${String(steps)}; flavour ${flavour.id} scales one step at a time (scaling_by_more_than_one_step_supported is not true).`,
      ),
    );
  }
  return level(aspect, now.scaleLevels[aspect.id] ?? 0, request.type === 'SCALE_OUT' ? steps : -steps, now);
}

function level(aspect: ScalingAspect, from: number, steps: number, now: InstantiatedVnf): Outcome<ScaleLevels> {
  const to = from + steps;
  if (to < 0 || to > aspect.maxScaleLevel) {
    return refuse(
      problem(
        'wrong-state',
        `Aspect ${aspect.id} is at level ${String(from)}; ${String(Math.abs(steps))} step(s) ${steps > 0 ? 'out' : 'in'} would be level ${String(to)}, outside 0 to ${String(aspect.maxScaleLevel)}.`,
      ),
    );
  }
  return ok({ ...now.scaleLevels, [aspect.id]: to });
}
