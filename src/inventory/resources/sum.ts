/**
 * A resource that is a number for each of some named places of a host: Mbit/s of a card, devices of a network. Nothing but
 * the places and the words differ from one to the next.
 */
import type { FreeRoom } from '../free.js';
import type { Host, SumKind } from '../model.js';
import type { HostShape } from '../shape.js';
import type { HeldDemand } from './held.js';
import { fell, usual, type HostResource } from './resource.js';

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

export interface Asked {
  readonly wants: (demand: HeldDemand) => readonly Want[];
  /** Reads after an amount. */
  readonly unit: (key: string, amount: number) => string;
}

export interface SumResource extends HostResource {
  readonly kind: SumKind;
  /** Where the host has some of it. */
  readonly places: (host: Host, shape: HostShape) => readonly Place[];
  /**
   * What a demand takes whatever else it gets. The search, the constraint and the capacity question keep to it without
   * knowing the resource; absent: it follows from what else is chosen, and the search keeps to it itself.
   */
  readonly asked?: Asked;
  /** Left of a place. */
  readonly left: (free: FreeRoom, key: string) => number;
}

interface Spec extends Pick<SumResource, 'kind' | 'places' | 'asked' | 'words' | 'rows'> {
  /** Of a place that the host does not have. */
  readonly ifAbsent: 'endless' | 'none';
  /** `card 0000:3b:00.0`. */
  readonly placeText: (key: string) => string;
  /** In the guard, after an amount. */
  readonly guardUnit: string;
  readonly wouldServe?: HostResource['wouldServe'];
}

export function sumResource({ placeText, guardUnit, ifAbsent, ...spec }: Spec): SumResource {
  const { kind } = spec;
  return {
    ...usual,
    ...spec,
    apply: (draft, { key, amount }, sign) => {
      const before = draft.sums[kind].get(key);
      if (before === undefined) return;
      draft.sums = { ...draft.sums, [kind]: new Map(draft.sums[kind]).set(key, before + sign * amount) };
    },
    refusal: ({ sums }, { key }) =>
      ifAbsent === 'endless' || sums[kind].has(key) ? undefined : `${placeText(key)} does not exist`,
    overdrawn: (before, after) => {
      for (const [key, left] of before.sums[kind]) {
        const short = fell(left, after.sums[kind].get(key) ?? 0, guardUnit);
        if (short !== undefined) return `${placeText(key)}: ${short}`;
      }
      return undefined;
    },
    leftText: ({ sums }) => {
      const counted = [...sums[kind]].filter(([, left]) => left !== Infinity);
      return counted.map(([key, left]) => `${key} ${left}`).join();
    },
    isOfCell: () => true,
    left: ({ sums }, key) => sums[kind].get(key) ?? (ifAbsent === 'endless' ? Infinity : 0),
  };
}
