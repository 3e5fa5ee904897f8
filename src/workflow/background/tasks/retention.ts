/**
 * Removes old operations: those beyond a number and those that ended long ago, in small batches with pauses between, so
 * that requests do not wait for it.
 */
import type { OperationPlace, Retention } from '../../../store/retention.js';
import type { Clock } from '../../../shared/clock.js';
import type { Log } from '../../../shared/log.js';
import type { Background } from '../background.js';
import type { RetentionObserver } from '../../observer.js';

export interface RetentionSettings {
  /** Number of ended operations that are kept. */
  readonly operations: number;
  /** How long they are kept after their end. */
  readonly keepDays: number;
  readonly roundMs: number;
  /** Looked at in one transaction. */
  readonly look: number;
  readonly pauseMs: number;
  /** Limit for one round; the next round continues. */
  readonly limitMs: number;
}

export const retentionOf = (operations: number, days: number): RetentionSettings => ({
  operations,
  keepDays: days,
  roundMs: 600_000,
  look: 50,
  pauseMs: 50,
  limitMs: 3_600_000,
});

export interface RetentionPorts {
  readonly store: Retention;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  readonly log: Log;
  readonly observer: RetentionObserver;
  readonly background: Background;
}

export class OperationRetention {
  constructor(
    private readonly ports: RetentionPorts,
    private readonly settings: RetentionSettings,
  ) {
    ports.background.add({
      name: 'operation-retention',
      does: 'removing old operations',
      everyMs: settings.roundMs,
      limitMs: settings.limitMs,
      isDuty: true,
      run: (over) => this.round(over),
    });
  }

  /** Replicas may do so at the same time. */
  async round(over: AbortSignal): Promise<void> {
    const surplus = await this.ports.store.operationsBeyond(this.settings.operations);
    let removed = 0;
    try {
      let reached: OperationPlace | undefined;
      do {
        const part = await this.forget(reached, surplus - removed);
        removed += part.removed;
        reached = part.reached;
        if (reached !== undefined) await this.ports.clock.sleep(this.settings.pauseMs, over);
      } while (reached !== undefined && !over.aborted);
    } finally {
      if (removed > 0) this.tell(removed);
    }
    while (!over.aborted && (await this.ports.store.returnSpace())) {
      await this.ports.clock.sleep(this.settings.pauseMs, over);
    }
  }

  private forget(after: OperationPlace | undefined, surplus: number) {
    const { keepDays, look } = this.settings;
    return this.ports.store.forgetOperations({
      ...(after && { after }),
      nowMs: this.ports.clock.now(),
      keepDays,
      surplus: Math.max(0, surplus),
      look,
    });
  }

  private tell(removed: number): void {
    const { operations, keepDays } = this.settings;
    this.ports.observer.operationsRemoved(removed);
    const kept = { keepOperations: operations, keepOperationDays: keepDays };
    this.ports.log.info({ removed, ...kept }, 'removed old operations with their journals');
  }
}
