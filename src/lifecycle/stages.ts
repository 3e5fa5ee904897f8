/**
 * The order of a plan as stages. A step knows its phase only; which phases wait for which is the plan's choice.
 */
import type { PlanOrder, Step } from './model.js';

/**
 * `host`: images and networks that several VNFCs need. `prepare`: volumes and definitions. `ready`: what needs a guest that
 * runs. `leave`: networks on which nothing stands any more.
 */
export type Phase = 'host' | 'prepare' | 'start' | 'ready' | 'stop' | 'remove' | 'leave';

export type PhasedStep = Omit<Step, 'stage'> & { readonly phase: Phase };

/** Phases of one stage follow one another within a lane, and do not wait for other lanes. */
const stagesOf: Readonly<Record<PlanOrder, readonly (readonly Phase[])[]>> = {
  'add-first': [['host'], ['prepare', 'start'], ['ready'], ['stop', 'remove'], ['leave']],
  'remove-first': [['stop', 'remove'], ['host'], ['prepare', 'start'], ['ready'], ['leave']],
  swap: [['host'], ['prepare'], ['stop'], ['start'], ['ready'], ['remove'], ['leave']],
};

/** Steps of one lane that share a stage keep the order in which they are given. */
export function staged(order: PlanOrder, steps: readonly PhasedStep[]): readonly Step[] {
  const stages = stagesOf[order];
  return steps.map(({ phase, ...step }) => ({ ...step, stage: stages.findIndex((phases) => phases.includes(phase)) }));
}
