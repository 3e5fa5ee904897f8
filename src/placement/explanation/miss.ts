/**
 * How far a host is from taking a VNFC: everything that it lacks where it lacks least. The nearest misses are what an
 * operator looks at first, so they name each number, who holds what is missing, and what would have been well.
 */
import type { FreeHost } from '../../inventory/free.js';
import type { Claim, ResourceKind } from '../../inventory/model.js';
import { hostResources, resourceKinds } from '../../inventory/resources/table.js';
import type { HostId } from '../../shared/ids.js';
import type { Around } from '../question/around.js';
import type { Ask } from '../question/ask.js';
import { firstRefusal, standingRefusals } from '../constraints/list.js';
import { namedCpusShort } from '../constraints/pinning-rules.js';
import { holdersText } from './holders.js';
import { diskShort, sharedShort, sumsShort, type Shortage } from './shortage.js';
import { dimensionCost, farness, nearestSpots, placeText, shortagesOf, type Spot } from './spots.js';

export interface Miss {
  readonly hostId: HostId;
  readonly ask: Ask;
  readonly free: FreeHost;
  /** Refusals that no amount of room would change: state, zone, rules. */
  readonly standing: readonly string[];
  /** What keeps the guest from the CPUs that are named. */
  readonly named: readonly string[];
  /** What is lacking in each place where a part of the guest would lie. */
  readonly spots: readonly Spot[];
  /** What the spots lack, and the host as a whole. */
  readonly shortages: readonly Shortage[];
  /** Sentence of a refusal that has no single number to it. */
  readonly other: readonly string[];
}

export function missOf(ask: Ask, free: FreeHost, around: Around): Miss {
  const standing = standingRefusals(ask, free.host, around);
  const spots = nearestSpots(ask, free);
  const whole = [...sharedShort(ask, free), ...sumsShort(ask, free), ...diskShort(ask, free)];
  const shortages = [...shortagesOf(spots), ...whole];
  const named = namedCpusShort(ask, free, around);
  const isSilent = standing.length === 0 && shortages.length === 0 && named.length === 0;
  const other = isSilent ? (firstRefusal(ask, free, around)?.reasons ?? []) : [];
  const all = [...spots, { cell: undefined, guests: [], shortages: whole }];
  return { hostId: free.host.id, ask, free, standing, named, spots: all, shortages, other };
}

export const distanceOf = (miss: Miss): number =>
  farness(miss.shortages) + dimensionCost * (miss.standing.length + Number(isUncounted(miss)));

/** CPUs named for the emulator threads are no shortage of a cell. */
const isUncounted = ({ other, named, shortages }: Miss): boolean =>
  other.length > 0 || (named.length > 0 && !shortages.some((one) => one.resource === 'cpu'));

/**
 * `host-07 cell 1: needs 8 sibling pairs, has 6, held by vnf-x; pages ok; VFs on physnet1 short by 1 (needs 2, has 1)`.
 * `held` are the claims on the host.
 */
export function missText(miss: Miss, held: readonly Claim[]): string {
  const short = miss.spots.filter((spot) => spot.shortages.length > 0 && spot.cell !== undefined);
  const inCells = miss.spots.filter((spot) => spot.cell !== undefined);
  const only = short.length === 1 ? short[0] : inCells.length === 1 ? inCells[0] : undefined;
  const where = only === undefined ? miss.hostId : `${miss.hostId} ${placeText(miss.ask, only)}`;
  const lines = resourceKinds.flatMap((kind) => {
    const isNamed = kind === 'cpu' && miss.named.length > 0;
    const lacking = isNamed ? miss.named : lackingTexts(miss, kind, only, held);
    const { isToldOf, words } = hostResources[kind];
    return lacking.length > 0 || !isToldOf(miss.ask) ? lacking : [`${words.name} ok`];
  });
  return `${where}: ${[...miss.standing, ...miss.other, ...lines].join('; ')}`;
}

function lackingTexts(
  miss: Miss,
  kind: ResourceKind,
  only: Spot | undefined,
  held: readonly Claim[],
): readonly string[] {
  return miss.spots.flatMap((spot) => {
    const place = spot === only || spot.cell === undefined ? '' : `${placeText(miss.ask, spot)} `;
    return spot.shortages
      .filter((one) => one.resource === kind)
      .map((one) => `${place}${one.text}${holdersText(held, miss, kind, spot.cell)}`);
  });
}
