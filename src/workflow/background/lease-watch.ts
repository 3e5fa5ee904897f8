/**
 * Whose lease has run out, by this process's own steady clock: a row that has not moved for the time of a lease, while it
 * was watched, is free. No clock of another machine counts, and none that can be set.
 *
 * Watching is what counts: after a pause of this process, or of the database, the time in which nobody looked counts for one
 * look only, so that holders who were paused with it have time to renew before they are overtaken.
 */
import type { SteadyClock } from '../../shared/clock.js';
import { occupiedPage, type Leases, type Occupied, type SharedWork, type Stamp } from '../../store/lease.js';

export interface LeaseTimes {
  /** A holder that has not renewed for so long has lost its lease. */
  readonly leaseMs: number;
  /** The same when the database says that its process has ended: long enough for one that lives to connect again. */
  readonly goneMs: number;
}

/** What may be taken, and for how long at least it has not been renewed. */
export interface Lapsed extends Stamp {
  readonly unmovedMs: number;
}

interface Seen {
  readonly stamp: Occupied;
  /** For so long nothing was seen to change of it, its taker's end included. */
  readonly stillMs: number;
  readonly unmovedMs: number;
  readonly lookedAtMs: number;
  /** Of the sweep over all pages in which it was seen. */
  readonly sweep: number;
}

/** A look stands for this part of a lease at most. */
const looksPerLease = 3;
/** Given to one take: the rest is there at the next. */
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

  /** What may be taken although it is not free; nothing that the taker has in hand. */
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

  /** What was put off rests for as long as it was told, unless whoever told it has ended and tells nothing more. */
  private neededMs({ restMs, isTakerGone }: Occupied): number {
    const { leaseMs, goneMs } = this.times;
    if (restMs !== undefined) return isTakerGone ? Math.min(restMs, goneMs) : restMs;
    return isTakerGone ? goneMs : leaseMs;
  }

  /** After the last page, what was on none of them is forgotten. */
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
