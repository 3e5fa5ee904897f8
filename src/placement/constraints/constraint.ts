/**
 * What a constraint is: a named rule that meets or refuses a host, and never refuses without saying why in a sentence
 * with numbers. The search and the explanation ask the same constraints.
 */
import type { FreeHost } from '../../inventory/free.js';
import type { Host } from '../../inventory/model.js';
import type { Around } from '../question/around.js';
import type { Ask } from '../question/ask.js';
import type { Effort } from '../search/effort.js';

/** Reasons; none when the constraint is met. */
export type Refusal = readonly string[];

export const met: Refusal = [];

/** Judged once for all hosts of a kind: may read only what `kindKey` in inventory/fleet.ts holds. */
export interface KindConstraint {
  readonly name: string;
  readonly refuse: (ask: Ask, host: Host) => Refusal;
}

/** Judged per host by its name and its neighbours. */
export interface HostConstraint {
  readonly name: string;
  readonly refuse: (ask: Ask, host: Host, around: Around) => Refusal;
}

/**
 * Judged by what is free. All but the last, which is exact, are necessary conditions that read well alone; `effort` bounds
 * what the exact one may cost. Answers are kept (kept-refusals.ts): they follow from the demand, ids left out, and from
 * `free` alone; of `around` only holders may be named, who change with `free`.
 */
export interface RoomConstraint {
  readonly name: string;
  readonly refuse: (ask: Ask, free: FreeHost, around: Around, effort: Effort) => Refusal;
}
