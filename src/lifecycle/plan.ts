/**
 * A bound draft as a plan: steps, and what the instance is when all of them are done. One function per operation that
 * needs no placement stands in a file of its own.
 */
import { defined } from '../shared/defined.js';
import type { VnfcId } from '../shared/ids.js';
import { linksToAdd } from './bind.js';
import { adding, removing } from './changes.js';
import type { OperationDraft, PlanContext } from './draft.js';
import type { InternalLink } from './internal-link.js';
import type { InstantiatedVnf, LcmPlan, PlanOrder, Vnfc, VnfState } from './model.js';
import { staged } from './stages.js';
import { withVnfState } from './vnf-state.js';
import {
  addVnfcSteps,
  hostSteps,
  removeNetworkStep,
  removeVnfcSteps,
  type RenderedVnfc,
  type StepTimes,
} from './steps.js';

export interface Bound {
  readonly vnfcs: readonly Vnfc[];
  readonly rendered: ReadonlyMap<VnfcId, RenderedVnfc>;
}

/** What an operation put up is there before it takes anything down. */
const order: PlanOrder = 'add-first';

/** Instantiate and scale: VNFCs come and go. Only adding can be rolled back. */
export function planChange(
  context: PlanContext,
  draft: OperationDraft,
  { bound, times }: { readonly bound: Bound; readonly times: StepTimes },
  gracefulMs: number,
): LcmPlan {
  const now = context.instance.instantiated;
  const present = now?.virtualLinks ?? [];
  const addsLinks = linksToAdd(context, draft, bound.vnfcs, present);
  const vnfcs = [...draft.keeps, ...bound.vnfcs];
  const removesLinks = unusedLinks([...present, ...addsLinks], vnfcs);
  return {
    vnfcs: [...adding(bound.vnfcs), ...removing(draft.removes)],
    links: [...adding(addsLinks), ...removing(removesLinks)],
    order,
    steps: staged(order, [
      ...hostSteps(bound.vnfcs, addsLinks, times),
      ...bound.vnfcs.flatMap((vnfc) => addVnfcSteps(vnfc, renderedOf(bound, vnfc), times)),
      ...draft.removes.flatMap((vnfc) => removeVnfcSteps(vnfc, gracefulMs, times)),
      ...removesLinks.map((link) => removeNetworkStep(link, times)),
    ]),
    after: afterChange(draft, vnfcs, [...present, ...addsLinks], removesLinks, now?.vnfState ?? 'STARTED'),
    rollbackSupported: draft.removes.length === 0,
  };
}

function renderedOf(bound: Bound, vnfc: Vnfc): RenderedVnfc {
  const rendered = bound.rendered.get(vnfc.id);
  if (rendered === undefined) throw new Error(`no domain XML was rendered for VNFC ${vnfc.id}`);
  return rendered;
}

/** Links on hosts where no VNFC of the instance stands on them any more. */
export function unusedLinks(links: readonly InternalLink[], vnfcs: readonly Vnfc[]): readonly InternalLink[] {
  return links.filter(
    (link) => !vnfcs.some((vnfc) => vnfc.hostId === link.hostId && vnfc.cps.some((cp) => cp.network === link.network)),
  );
}

function afterChange(
  draft: OperationDraft,
  vnfcs: readonly Vnfc[],
  links: readonly InternalLink[],
  gone: readonly InternalLink[],
  vnfState: VnfState,
): InstantiatedVnf {
  return withVnfState({
    flavourId: draft.flavour.id,
    vnfState,
    scaleLevels: draft.scaleLevels,
    extVirtualLinks: draft.extVirtualLinks,
    virtualLinks: links.filter((link) => !gone.includes(link)),
    vnfcs,
    inputs: draft.inputs,
    ...defined({ localizationLanguage: draft.localizationLanguage }),
  });
}
