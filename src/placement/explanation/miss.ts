/**
 * How far a host is from taking a VNFC: everything that it lacks where it lacks least. The nearest misses are what an
 * operator looks at first, so they name each number, who holds what is missing, and what would have been well.
 */
import type { FreeHost } from '../../inventory/free.js';
import type { Claim } from '../../inventory/model.js';
import type { HostId } from '../../shared/ids.js';
import type { Around } from '../question/around.js';
import type { Ask } from '../question/ask.js';
import { firstRefusal, standingRefusals } from '../constraints/list.js';
import { namedCpusShort } from '../constraints/pinning-rules.js';
import { holdersText } from './holders.js';
import { devicesShort, diskShort, sharedShort, type Dimension, type Shortage } from './shortage.js';
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
  const whole = [...sharedShort(ask, free), ...devicesShort(ask, free), ...diskShort(ask, free)];
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
  other.length > 0 || (named.length > 0 && !shortages.some((one) => one.dimension === 'cpus'));

const names: Readonly<Record<Dimension, string>> = {
  cpus: 'dedicated CPUs',
  'shared-vcpus': 'shared vCPUs',
  pages: 'pages',
  memory: 'memory',
  functions: 'PCI functions',
  bandwidth: 'bandwidth',
  'network-devices': 'network devices',
  disk: 'disk',
};

/** Dimensions that were asked for and may be told to be well. */
function dimensionsOf(ask: Ask): readonly Dimension[] {
  const { demand, guestCells } = ask;
  return [
    ...(guestCells.some((cell) => cell.dedicated > 0) ? (['cpus'] as const) : []),
    ...(ask.sharedVcpus > 0 ? (['shared-vcpus'] as const) : []),
    ...(guestCells.some((cell) => cell.pageSizeKiB !== undefined) ? (['pages'] as const) : []),
    ...(guestCells.some((cell) => cell.pageSizeKiB === undefined) ? (['memory'] as const) : []),
    ...(demand.pciFunctions.length > 0 ? (['functions'] as const) : []),
  ];
}

/**
 * `host-07 cell 1: needs 8 sibling pairs, has 6, held by vnf-x; pages ok; VFs on physnet1 short by 1 (needs 2, has 1)`.
 * `held` are the claims on the host.
 */
export function missText(miss: Miss, held: readonly Claim[]): string {
  const short = miss.spots.filter((spot) => spot.shortages.length > 0 && spot.cell !== undefined);
  const inCells = miss.spots.filter((spot) => spot.cell !== undefined);
  const only = short.length === 1 ? short[0] : inCells.length === 1 ? inCells[0] : undefined;
  const where = only === undefined ? miss.hostId : `${miss.hostId} ${placeText(miss.ask, only)}`;
  const asked = dimensionsOf(miss.ask);
  const lines = (Object.keys(names) as Dimension[]).flatMap((dimension) => {
    const isNamed = dimension === 'cpus' && miss.named.length > 0;
    const lacking = isNamed ? miss.named : lackingTexts(miss, dimension, only, held);
    return lacking.length > 0 || !asked.includes(dimension) ? lacking : [`${names[dimension]} ok`];
  });
  return `${where}: ${[...miss.standing, ...miss.other, ...lines].join('; ')}`;
}

function lackingTexts(
  miss: Miss,
  dimension: Dimension,
  only: Spot | undefined,
  held: readonly Claim[],
): readonly string[] {
  return miss.spots.flatMap((spot) => {
    const place = spot === only || spot.cell === undefined ? '' : `${placeText(miss.ask, spot)} `;
    return spot.shortages
      .filter((one) => one.dimension === dimension)
      .map((one) => `${place}${one.text}${holdersText(held, miss, dimension, spot.cell)}`);
  });
}
