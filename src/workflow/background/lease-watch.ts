/**
 * Which leases have lapsed, by the monotonic clock of this process: a row that was watched for the time of a lease without
 * a change is free. Clocks of other machines and clocks that can be set play no part.
 *
 * Only watched time counts: a pause of this process or of the database counts as one look, so that holders that were
 * paused as well can renew before they lose their lease.
 */
import type { SteadyClock } from '../../shared/clock.js';
import { occupiedPage, type Leases, type Occupied, type SharedWork, type Stamp } from '../../store/lease.js';

export interface LeaseTimes {
  /** A lease lapses after this time without renewal. */
  readonly leaseMs: number;
  /** The same if the database reports that the process has ended: long enough for a living process to reconnect. */
  readonly goneMs: number;
}

/** What may be taken, and for how long at least it has not been renewed. */
export interface Lapsed extends Stamp {
  readonly unmovedMs: number;
}

interface Seen {
  readonly stamp: Occupied;
  /** How long no change was seen, the end of its process included. */
  readonly stillMs: number;
  readonly unmovedMs: number;
  readonly lookedAtMs: number;
  /** Of the sweep over all pages in which it was seen. */
  readonly sweep: number;
}

/** One look counts for this part of a lease at most. */
const looksPerLease = 3;
/** Limit for one take; the next take gets the others. */
const atOnce = 64;

export class LeaseWatch {
  readonly #seen = new Map<string, Seen>();
  #after = '';
  #sweep = 0;

  constructor(
    private readonly store: Leases,
    private readonly work: SharedWork,
    private readonly clock: Pick<SteadyClock, 'elapsedMs'>,
    private readonly times: LeaseTimes,
  ) {}

  /** Rows that may be taken although they are not free, except those that the taker holds. */
  async lapsed(inHand: { has(id: string): boolean }): Promise<readonly Lapsed[]> {
    const page = await this.store.occupied(this.work, this.#after);
    const now = page.map((stamp) => this.look(stamp));
    for (const seen of now) this.#seen.set(seen.stamp.id, seen);
    this.turnPage(page);
    const over = now.filter(({ stamp, stillMs }) => stillMs >= this.neededMs(stamp) && !inHand.has(stamp.id));
    return over.slice(0, atOnce).map(({ stamp: { id, token, beat }, unmovedMs }) => ({ id, token, beat, unmovedMs }));
  }

  private look(stamp: Occupied): Seen {
    const lookedAtMs = this.clock.elapsedMs();
    const before = this.#seen.get(stamp.id);
    const [stillMs, unmovedMs] = this.since(before, stamp, lookedAtMs);
    return { stamp, stillMs, unmovedMs, lookedAtMs, sweep: this.#sweep };
  }

  private since(before: Seen | undefined, stamp: Occupied, lookedAtMs: number): readonly [number, number] {
    if (before === undefined || !isUnmoved(before.stamp, stamp)) return [0, 0];
    const passedMs = Math.min(lookedAtMs - before.lookedAtMs, this.times.leaseMs / looksPerLease);
    return [isSame(before.stamp, stamp) ? before.stillMs + passedMs : 0, before.unmovedMs + passedMs];
  }

  /** A deferred row waits for its duration, unless the process that deferred it has ended. */
  private neededMs({ restMs, isTakerGone }: Occupied): number {
    const { leaseMs, goneMs } = this.times;
    if (restMs !== undefined) return isTakerGone ? Math.min(restMs, goneMs) : restMs;
    return isTakerGone ? goneMs : leaseMs;
  }

  /** After the last page, forgets rows that were on none. */
  private turnPage(page: readonly Occupied[]): void {
    this.#after = (page.length === occupiedPage && page.at(-1)?.id) || '';
    if (this.#after !== '') return;
    for (const [id, { sweep }] of this.#seen) if (sweep !== this.#sweep) this.#seen.delete(id);
    this.#sweep += 1;
  }
}

const isUnmoved = (one: Stamp, other: Stamp): boolean => one.token === other.token && one.beat === other.beat;

const isSame = (one: Occupied, other: Occupied): boolean =>
  isUnmoved(one, other) && one.restMs === other.restMs && one.isTakerGone === other.isTakerGone;
