/**
 * What is real of an instance when an operation stands where its journal says: the effects of its steps, folded. What
 * `fail` and a rollback record (SOL003 clause 5.6.2) is read from it; what is not in that record holds nothing any more.
 */
import { addedBy } from './changes.js';
import { cpsNow, linksOfCps } from './real-cps.js';
import { effectsOnLink, effectsOnVnfc, effectsSoFar, type Seen, type VnfcEffect } from './effects.js';
import type { InternalLink } from './internal-link.js';
import type { InstantiatedVnf, JournalEntry, LcmPlan, VnfInstance, Vnfc, VnfState } from './model.js';
import { withVnfState } from './vnf-state.js';

export interface Reality {
  /** `null`: nothing is left, NOT_INSTANTIATED. */
  readonly instantiated: InstantiatedVnf | null;
}

export function realNow(
  { instantiated: before }: Pick<VnfInstance, 'instantiated'>,
  plan: LcmPlan | undefined,
  entries: readonly JournalEntry[],
): Reality {
  if (plan === undefined) return { instantiated: before ?? null };
  const effects = effectsSoFar(plan, entries);
  const added = addedBy(plan.vnfcs).map((vnfc) => folded(begun(vnfc), plan, effects));
  const stayed = (before?.vnfcs ?? []).map((vnfc) =>
    folded({ vnfc: cpsNow(vnfc, plan, effects), isThere: true }, plan, effects),
  );
  const vnfcs = [...stayed, ...added].flatMap(({ vnfc, isThere }) => (isThere ? [vnfc] : []));
  const links = linksNow(before?.virtualLinks ?? [], plan, effects);
  const isEnd = before === undefined || plan.after === undefined;
  const shape = before ?? plan.after;
  if (shape === undefined || (isEnd && vnfcs.length === 0 && links.length === 0)) return { instantiated: null };
  return {
    instantiated: withVnfState({
      ...shape,
      extVirtualLinks: linksOfCps(shape.extVirtualLinks, plan, vnfcs),
      vnfcs,
      virtualLinks: links,
    }),
  };
}

interface Fold {
  readonly vnfc: Vnfc;
  /** Something of it may be on its host. */
  readonly isThere: boolean;
}

/** One that the operation adds, before its first step. */
const begun = (vnfc: Vnfc): Fold => ({ vnfc: { ...vnfc, state: 'STOPPED', incomplete: true }, isThere: false });

const folded = (fold: Fold, { vnfcs }: LcmPlan, effects: readonly Seen[]): Fold =>
  effectsOnVnfc(effects, fold.vnfc.id).reduce((now, { effect, isSure }) => {
    const after = vnfcs.find((change) => change.before !== undefined && change.after?.id === fold.vnfc.id)?.after;
    return next(now, effect.becomes, isSure, after);
  }, fold);

/**
 * What comes counts from its beginning, since something may be there; what goes counts when it is sure. A start or stop that
 * did not end leaves the VNFC as it was, until its host is looked at.
 */
function next({ vnfc, isThere }: Fold, becomes: VnfcEffect, isSure: boolean, after: Vnfc | undefined): Fold {
  switch (becomes) {
    case 'exists':
    case 'ready':
    case 'configured':
      return { vnfc, isThere: true };
    case 'defined':
      return { vnfc: isSure && after !== undefined ? asDefined(vnfc, after) : vnfc, isThere: true };
    case 'started':
      return { vnfc: isSure ? started(vnfc) : vnfc, isThere: true };
    case 'stopped':
    case 'undefined':
      return { vnfc: isSure ? stopped(vnfc) : vnfc, isThere };
    case 'emptied':
      return { vnfc: { ...vnfc, incomplete: true }, isThere };
    case 'gone':
      return { vnfc, isThere: isThere && !isSure };
  }
}

/** Its definition decides what it consists of; whether it runs is another matter. */
const asDefined = ({ state, incomplete, endedByItself }: Vnfc, after: Vnfc): Vnfc => ({
  ...withState(after, state),
  ...(incomplete && { incomplete }),
  ...(endedByItself && { endedByItself }),
});

const started = ({ incomplete: _completed, ...vnfc }: Vnfc): Vnfc => withState(vnfc, 'STARTED');

const stopped = (vnfc: Vnfc): Vnfc => withState(vnfc, 'STOPPED');

function withState({ endedByItself: _ended, ...vnfc }: Vnfc, state: VnfState): Vnfc {
  return { ...vnfc, state };
}

function linksNow(before: readonly InternalLink[], plan: LcmPlan, effects: readonly Seen[]): readonly InternalLink[] {
  const isThere = (link: InternalLink, wasThere: boolean): boolean =>
    effectsOnLink(effects, link).reduce(
      (now, { effect, isSure }) => (effect.becomes === 'exists' ? true : now && !isSure),
      wasThere,
    );
  return [
    ...before.filter((link) => isThere(link, true)),
    ...addedBy(plan.links).filter((link) => isThere(link, false)),
  ];
}
