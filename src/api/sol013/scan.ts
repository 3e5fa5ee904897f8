/**
 * Reading one page of a collection, bounded in every direction: rows looked at, resources shown, bytes answered, and how
 * long the process does nothing else. When a bound is met first, the page is short, perhaps empty, and the marker leads
 * on: no resource is left out of the pages together (SOL013 clause 5.4.2.3 leaves the size of a page to the server).
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { SteadyClock } from '../../shared/clock.js';

export interface ScanBounds {
  /** Resources on a page. */
  readonly resources: number;
  /** What filters may cost: looking at a row costs 1. */
  readonly cost: number;
  /** What reading costs at least, though few rows come of it: these are large then. */
  readonly costOfRead: number;
  /** Rows read from the database at once. */
  readonly batch: number;
  /** Of the answer; a page holds one resource at least, however large. */
  readonly bytes: number;
  /** After so long, others have their turn. */
  readonly turnMs: number;
}

export const defaultBounds = { cost: 1000, costOfRead: 50, batch: 200, bytes: 512 * 1024, turnMs: 10 } as const;

export interface Scanned<Source> {
  readonly keyOf: (source: Source) => string;
  readonly read: (after: string | undefined, limit: number) => Promise<readonly Source[]>;
  /** Whether it is on a page; absent: all are. */
  readonly passes?: (source: Source) => Promise<boolean>;
  /** What `passes` costs. */
  readonly costOfPassing: number;
  /** Undefined: it is gone since it was read. */
  readonly show: (source: Source) => Promise<unknown>;
}

export interface PageShown {
  readonly resources: readonly unknown[];
  /** Key after which the next page begins; absent on the last. */
  readonly next?: string;
}

export async function scanPage<S>(
  from: Scanned<S>,
  marked: string | undefined,
  bounds: ScanBounds,
  clock: Pick<SteadyClock, 'elapsedMs'>,
): Promise<PageShown> {
  const page = new Page(bounds, clock);
  const limit = from.passes ? bounds.batch : Math.min(bounds.batch, bounds.resources + 1);
  let after = marked;
  let cost = 0;
  for (;;) {
    const rows = await from.read(after, limit);
    const atLeast = cost + (from.passes ? bounds.costOfRead : 0);
    for (const row of rows) {
      await page.yieldIfDue();
      cost += from.passes ? from.costOfPassing : 0;
      if ((await passes(from, row)) && (page.isFull() || !page.add(await from.show(row)))) {
        return page.endingAfter(after);
      }
      after = from.keyOf(row);
      if (cost >= bounds.cost) return page.endingAfter(after);
    }
    // A short batch is no end: large rows come a few at a time.
    if (rows.length === 0) return page.endingAfter(undefined);
    cost = Math.max(cost, atLeast);
    if (cost >= bounds.cost) return page.endingAfter(after);
    await page.yieldIfDue();
  }
}

const passes = async <S>({ passes: test }: Scanned<S>, row: S): Promise<boolean> =>
  test === undefined || (await test(row));

class Page {
  private readonly resources: unknown[] = [];
  private bytes = 0;
  private turnedAtMs: number;

  constructor(
    private readonly bounds: ScanBounds,
    private readonly clock: Pick<SteadyClock, 'elapsedMs'>,
  ) {
    this.turnedAtMs = clock.elapsedMs();
  }

  isFull(): boolean {
    return this.resources.length >= this.bounds.resources;
  }

  /** False when it is too large to come to the others. */
  add(resource: unknown): boolean {
    if (resource === undefined) return true;
    this.bytes += JSON.stringify(resource).length;
    if (this.resources.length > 0 && this.bytes > this.bounds.bytes) return false;
    this.resources.push(resource);
    return true;
  }

  endingAfter(key: string | undefined): PageShown {
    return key === undefined ? { resources: this.resources } : { resources: this.resources, next: key };
  }

  /** Databases in this process answer without giving others their turn. */
  async yieldIfDue(): Promise<void> {
    if (this.clock.elapsedMs() - this.turnedAtMs < this.bounds.turnMs) return;
    await turn();
    this.turnedAtMs = this.clock.elapsedMs();
  }
}
