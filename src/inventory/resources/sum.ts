/**
 * A resource that is a number for each of some named places of a host: Mbit/s of a card, devices of a network. Nothing but
 * the places and the words differ from one to the next.
 */
import type { FreeHost } from '../free.js';
import type { Host, SumKind } from '../model.js';
import type { HostShape } from '../shape.js';
import type { HeldDemand } from './held.js';
import { added, fell, usual, type HostResource } from './resource.js';

export interface Place {
  readonly key: string;
  /** When nothing is claimed; Infinity: not counted. */
  readonly total: number;
}

/** What of a place is asked for. */
export interface Want {
  readonly key: string;
  readonly amount: number;
}

export interface SumResource extends HostResource {
  readonly kind: SumKind;
  /** In the order of `FreeHost.sums`. Called anew for each picture: derive nothing costly here. */
  readonly places: (host: Host, shape: HostShape) => readonly Place[];
  /**
   * What a demand takes whatever else it gets. The search, the constraint and the capacity question keep to it without
   * knowing the resource; absent: it follows from what else is chosen, and the search keeps to it itself.
   */
  readonly wants?: (demand: HeldDemand) => readonly Want[];
  /** Left of a place. */
  readonly left: (free: FreeHost, key: string) => number;
  /** Reads after an amount that is asked for. */
  readonly unit: (key: string, amount: number) => string;
}

interface Spec extends Pick<SumResource, 'kind' | 'places' | 'wants' | 'unit' | 'words' | 'rows'> {
  /** Of a place that the host does not have. */
  readonly ifAbsent: 'endless' | 'none';
  /** `card 0000:3b:00.0`. */
  readonly placeText: (key: string) => string;
  /** In the guard, after an amount. */
  readonly guardUnit: string;
  readonly wouldServe?: HostResource['wouldServe'];
}

export function sumResource({ placeText, guardUnit, ifAbsent, ...spec }: Spec): SumResource {
  const { kind, places } = spec;
  const placesOf = ({ host, shape }: Pick<FreeHost, 'host' | 'shape'>) => places(host, shape);
  return {
    ...usual,
    ...spec,
    apply: (draft, { key, amount }, sign) => {
      const at = placesOf(draft).findIndex((place) => place.key === key);
      draft.sums = { ...draft.sums, [kind]: added(draft.sums[kind], at, sign * amount) };
    },
    refusal: (free, { key }) =>
      ifAbsent === 'endless' || placesOf(free).some((place) => place.key === key)
        ? undefined
        : `${placeText(key)} does not exist`,
    overdrawn: (before, after) => {
      for (const [at, { key }] of placesOf(before).entries()) {
        const short = fell(before.sums[kind][at] ?? 0, after.sums[kind][at] ?? 0, guardUnit);
        if (short !== undefined) return `${placeText(key)}: ${short}`;
      }
      return undefined;
    },
    leftText: (free) =>
      placesOf(free)
        .map(({ key, total }, at) => (total === Infinity ? '' : `${key} ${free.sums[kind][at] ?? 0}`))
        .join(),
    isOfCell: () => true,
    left: (free, key) => {
      const at = placesOf(free).findIndex((place) => place.key === key);
      return free.sums[kind][at] ?? (ifAbsent === 'endless' ? Infinity : 0);
    },
  };
}
