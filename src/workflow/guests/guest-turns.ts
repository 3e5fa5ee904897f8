/**
 * When a guest is asked for its status again: one request at a time, with backoff for a guest that hangs, since each request
 * occupies a worker of its host and may leave a process in the guest.
 */
import type { VnfcId } from '../../shared/ids.js';

const longestPauseMs = 120_000;

interface Turn {
  readonly isAsked: boolean;
  /** Consecutive requests without an answer in time. */
  readonly unanswered: number;
  readonly notBeforeMs: number;
}

const first: Turn = { isAsked: false, unanswered: 0, notBeforeMs: 0 };

export class GuestTurns {
  private readonly turns = new Map<VnfcId, Turn>();

  constructor(private readonly everyMs: number) {}

  mayAsk(id: VnfcId, elapsedMs: number): boolean {
    const { isAsked, notBeforeMs } = this.turns.get(id) ?? first;
    return !isAsked && elapsedMs >= notBeforeMs;
  }

  begin(id: VnfcId): void {
    this.turns.set(id, { ...(this.turns.get(id) ?? first), isAsked: true });
  }

  end(id: VnfcId, isAnswered: boolean, elapsedMs: number): void {
    if (isAnswered) {
      this.turns.delete(id);
      return;
    }
    const unanswered = (this.turns.get(id) ?? first).unanswered + 1;
    const pauseMs = Math.min(this.everyMs * 2 ** unanswered, longestPauseMs);
    this.turns.set(id, { isAsked: false, unanswered, notBeforeMs: elapsedMs + pauseMs });
  }

  /** Forgets guests that are gone, unless a request is under way. */
  keepOnly(ids: ReadonlySet<VnfcId>): void {
    for (const [id, { isAsked }] of this.turns) if (!isAsked && !ids.has(id)) this.turns.delete(id);
  }
}
