/**
 * What a constraint is: a named rule that meets or refuses a host, and never refuses without saying why in a sentence
 * with numbers. The search and the explanation ask the same constraints.
 */
import type { KindView } from '../../inventory/host-kind.js';
import type { FreeRoom } from '../../inventory/free.js';
import type { Host } from '../../inventory/model.js';
import type { Around, Holders } from '../question/around.js';
import type { Ask, RoomAsk } from '../question/ask.js';
import type { Effort } from '../search/effort.js';

/** Reasons; none when the constraint is met. */
export type Refusal = readonly string[];

export const met: readonly string[] = [];

/** Judged once for all hosts of a kind: sees of a host only what tells kinds apart (inventory/host-kind.ts). */
export interface KindConstraint {
  readonly name: string;
  readonly refuse: (ask: RoomAsk, host: KindView) => Refusal;
}

/** Judged per host by its name and its neighbours: sees nothing that claims change. */
export interface HostConstraint {
  readonly name: string;
  readonly refuse: (ask: Ask, host: Pick<Host, 'id' | 'zone'>, around: Pick<Around, 'rules'>) => Refusal;
}

/**
 * Judged by what is free. All but the last, which is exact, are necessary conditions that read well alone; `effort` bounds
 * what the exact one may cost. Answers are kept (explanation/kept-refusals.ts) and shared by hosts that are used alike
 * (what-if/per-host.ts): they follow from what is asked, whoever asks, and from what is left. Of what stands around only
 * holders are named, who change with what is left.
 */
export interface RoomConstraint {
  readonly name: string;
  readonly refuse: (ask: RoomAsk, free: FreeRoom, around: Holders, effort: Effort) => Refusal;
}
