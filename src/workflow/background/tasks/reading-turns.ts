/**
 * When an interrupted reading of a package is tried again. Kept in memory: another replica, or this one after a
 * restart, starts without it.
 */
import type { NotRead } from '../../../artifacts/artifacts.js';
import type { VnfPkgId } from '../../../shared/ids.js';
import { problem, type Problem } from '../../../shared/problem.js';

export interface NextTurn {
  readonly pauseMs: number;
  /** Shown with the package until then. */
  readonly why?: Problem;
}

/** How often a slow package asks whether the slow one before it has ended. */
export const turnMs = 2_000;

/** After each interruption; the last one repeats, since memory may be short for hours. */
const pausesMs: readonly number[] = [5_000, 30_000, 120_000];
const longestPauseMs = 600_000;

export class ReadingTurns {
  private readonly slow = new Set<VnfPkgId>();
  private readonly interruptions = new Map<VnfPkgId, number>();

  isSlow(id: VnfPkgId): boolean {
    return this.slow.has(id);
  }

  next(id: VnfPkgId, { why, message }: NotRead): NextTurn {
    if (why === 'slow') {
      this.slow.add(id);
      return { pauseMs: 0 };
    }
    const count = this.interruptions.get(id) ?? 0;
    this.interruptions.set(id, count + 1);
    const pauseMs = pausesMs[count] ?? longestPauseMs;
    return { pauseMs, why: notYet(id, message, pauseMs) };
  }

  forget(id: VnfPkgId): void {
    this.slow.delete(id);
    this.interruptions.delete(id);
  }
}

const notYet = (id: VnfPkgId, message: string, pauseMs: number): Problem =>
  problem(
    'reading-interrupted',
    `${message} This says nothing of package ${id}: it is kept, and read again in ${pauseMs / 1000} s.`,
  );
