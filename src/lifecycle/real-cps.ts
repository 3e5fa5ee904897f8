/**
 * The connection points of a VNFC when a CHANGE_EXT_CONN stands where its journal says, one by one: each is as it was, as it
 * is to be, or without a card in between.
 */
import { effectsOnCp, effectsOnVnfc, type Seen } from './effects.js';
import type { Change, ExtVirtualLink, LcmPlan, PlacedVnfc, Vnfc, VnfcCp } from './model.js';
import { isSameJson } from '../shared/same-json.js';

/** The VNFC of the record with its connection points as they are now; the plan says under which allocations they are kept. */
export function cpsNow(vnfc: Vnfc, plan: LcmPlan, effects: readonly Seen[]): Vnfc {
  const change = plan.vnfcs.find(({ before, after }) => before?.id === vnfc.id && after?.id === vnfc.id);
  if (change?.before === undefined || change.after === undefined) return vnfc;
  const { before, after } = change;
  if (isSameJson(before.cps, after.cps)) return vnfc;
  const ends = vnfc.cps.map((cp) => now(cp, { before, after }, plan, effects));
  return {
    ...vnfc,
    cps: ends.map(({ cp }) => cp),
    placement: { ...vnfc.placement, pciFunctions: ends.flatMap(({ cards }) => cards) },
  };
}

interface End {
  readonly cp: VnfcCp;
  readonly cards: PlacedVnfc['pciFunctions'];
}

function now(
  cp: VnfcCp,
  { before, after }: { readonly before: Vnfc; readonly after: Vnfc },
  plan: LcmPlan,
  effects: readonly Seen[],
): End {
  const was = endIn(before, cp);
  const willBe = endIn(after, cp);
  if (isSameJson(was.cp, willBe.cp)) return was;
  const seen = effectsOnCp(effects, after.id, cp.cpdId);
  const plugs = plan.steps.some((step) => isOn(step, 'attach-card', after, cp));
  const unplugs = plan.steps.some((step) => isOn(step, 'detach-card', after, cp));
  const isPlugged = seen.some(({ effect, isSure }) => effect.becomes === 'plugged' && isSure);
  const mayBePlugged = seen.some(({ effect }) => effect.becomes === 'plugged');
  const isUnplugged = seen.some(({ effect, isSure }) => effect.becomes === 'unplugged' && isSure);
  if (!plugs && !unplugs) return isConfigured(effects, after) ? willBe : was;
  if (plugs ? isPlugged : isUnplugged) return willBe;
  if (mayBePlugged || isUnplugged) return withoutCard(willBe);
  // A call that failed may have taken the card out.
  return seen.length > 0 ? withoutCard(was) : was;
}

const withoutCard = ({ cp, cards }: End): End => ({ cp: { ...cp, unplugged: true }, cards });

const isConfigured = (effects: readonly Seen[], { id }: Vnfc): boolean =>
  effectsOnVnfc(effects, id).some(({ effect, isSure }) => effect.becomes === 'configured' && isSure);

function isOn(step: LcmPlan['steps'][number], kind: 'attach-card' | 'detach-card', vnfc: Vnfc, cp: VnfcCp): boolean {
  if (step.kind !== kind) return false;
  const { vnfcId, cpdId } = step.input as { readonly vnfcId: string; readonly cpdId: string };
  return vnfcId === vnfc.id && cpdId === cp.cpdId;
}

const endIn = (vnfc: Vnfc, { id, cpdId }: VnfcCp): End => {
  const cp = vnfc.cps.find((one) => one.id === id);
  if (cp === undefined) throw new Error(`the plan has no connection point ${id} of VNFC ${vnfc.id}`);
  return { cp, cards: vnfc.placement.pciFunctions.filter((one) => one.cpdId === cpdId) };
};

/** External links of the record, and those of the plan that a connection point has joined already. */
export function linksOfCps(
  links: readonly ExtVirtualLink[],
  { after, vnfcs: changes }: LcmPlan,
  vnfcs: readonly Vnfc[],
): readonly ExtVirtualLink[] {
  if (!changes.some(isReconnected)) return links;
  const planned = after?.extVirtualLinks ?? [];
  const joined = new Set(vnfcs.flatMap(({ cps }) => cps.map(({ extVirtualLinkId }) => extVirtualLinkId)));
  if (!changes.some((change) => hasMoved(change, vnfcs))) return links;
  const left = links.filter(({ id }) => joined.has(id) && !planned.some((link) => link.id === id));
  return [...planned, ...left];
}

const isReconnected = ({ before, after }: Change<Vnfc>): boolean =>
  before !== undefined && after !== undefined && !isSameJson(before.cps, after.cps);

/** A connection point that the plan changes is not as it was. */
function hasMoved({ before, after }: Change<Vnfc>, vnfcs: readonly Vnfc[]): boolean {
  const real = vnfcs.find(({ id }) => id === after?.id);
  return (before?.cps ?? []).some((was) => {
    const isChanged = !isSameJson(
      was,
      after?.cps.find(({ id }) => id === was.id),
    );
    return (
      isChanged &&
      real !== undefined &&
      !isSameJson(
        was,
        real.cps.find(({ id }) => id === was.id),
      )
    );
  });
}
