/**
 * What a preference is: a cost from 0 (as wished) to 1, of a host or of a cell on it, and how much it weighs. Preferences
 * order what fits; they never refuse. A new one goes into a file of its own and into list.ts.
 */
import type { FreeHost, FreeRoom } from '../../inventory/free.js';
import type { Around } from '../question/around.js';
import type { Ask, RoomAsk } from '../question/ask.js';

/** A host that is being considered. */
export interface Candidate {
  readonly free: FreeHost;
  /** 0 empty to 1000 full. */
  readonly fill: number;
}

export interface HostPreference {
  readonly name: string;
  readonly weight: number;
  readonly cost: (candidate: Candidate, ask: Ask, around: Around) => number;
}

export interface CellPreference {
  readonly name: string;
  readonly weight: number;
  /** `at` is the cell considered, `chosen` those that the guest cells before it have. */
  readonly cost: (free: FreeRoom, at: number, ask: RoomAsk, chosen: readonly number[]) => number;
}
