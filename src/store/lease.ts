/**
 * Leases as the port tells of them. There is no time in the database: whoever holds a row lets it change, and whoever
 * wants it watches, by a clock of its own, whether it still does (workflow/background/lease-watch.ts; docs/adr/0004). Each take gives
 * a row a new token, and whoever writes under the lease shows it, so that one that was overtaken writes nothing, be it
 * overtaken by another process or by its own.
 */
import type { LcmOpOcc } from '../lifecycle/model.js';

/** Rows that one worker at a time has in hand. */
export type SharedWork = 'operations' | 'packages' | 'subscriptions' | 'duties';

/** A row at a moment: as long as it stands still, nobody does anything with it. */
export interface Stamp {
  readonly id: string;
  /** Grows by one with every take. */
  readonly token: number;
  /** Grows with every renewal. */
  readonly beat: number;
}

/** What is not free: held by somebody, or put off. */
export interface Occupied extends Stamp {
  /** Put off: for how long it rests after its last attempt. Absent: held. */
  readonly restMs?: number;
  /** The process that took it has ended, as far as the database knows. */
  readonly isTakerGone: boolean;
}

export interface Take {
  /** Unique per process start; for people who look into the database. */
  readonly owner: string;
  /** What the taker works on itself, and does not take again. */
  readonly inHand: readonly string[];
  /** Not free, but their time is over: taken unless they have moved since. */
  readonly lapsed: readonly Stamp[];
}

export interface Leased<T> {
  readonly token: number;
  readonly work: T;
}

/** How long the waits of steps under way have taken so far, in ms, by a name of the workflow's. */
export type Waited = Readonly<Record<string, number>>;

export interface LeasedOperation extends Leased<LcmOpOcc> {
  /** As its last holder wrote it down. */
  readonly waited: Waited;
}

export interface Leases {
  /** A page of what is not free, by id, after that id; `occupiedPage` long unless it is the last. */
  occupied(work: SharedWork, after: string): Promise<readonly Occupied[]>;
}

/** What one replica does for all, by the name of its task. */
export interface DutyRows {
  /** The token of the lease when the duty was free or lapsed; undefined when it is another's. */
  takeDuty(name: string, take: Take): Promise<number | undefined>;
  /** False when the duty is another's by now. */
  renewDuty(name: string, token: number): Promise<boolean>;
  /** Free from now on, unless it is another's. */
  dropDuty(name: string, token: number): Promise<void>;
}

export const occupiedPage = 500;
