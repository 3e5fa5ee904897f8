/**
 * Duties: tasks that one replica runs for all. Each is a row with a lease. The holder renews it while it runs the task, and
 * the other replicas watch it. A duty is no mutual exclusion: two replicas may hold it for a moment, and the task must be
 * correct in that case too.
 */
import type { Clock } from '../../shared/clock.js';
import type { DutyRows, Leases } from '../../store/lease.js';
import { causeOf } from '../step-problem.js';
import type { PeriodicWork } from './background.js';
import { LeaseWatch, type LeaseTimes } from './lease-watch.js';
import type { RunPorts } from './runs.js';
import type { TaskLoop } from './task-loop.js';

export interface DutySettings extends LeaseTimes {
  /** Unique per process start. */
  readonly owner: string;
}

export interface DutyPorts {
  readonly store: Pick<Leases, 'occupied'> & DutyRows;
  readonly settings: DutySettings;
}

interface Held {
  readonly token: number;
  readonly renewedMs: number;
}

export class Duties {
  readonly #tasks = new Map<string, TaskLoop>();
  readonly #held = new Map<string, Held>();
  readonly #watch: LeaseWatch;
  readonly #clock: Clock;

  constructor(
    private readonly ports: RunPorts,
    private readonly duties: DutyPorts,
  ) {
    this.#clock = ports.clock;
    this.#watch = new LeaseWatch(duties.store, 'duties', ports.clock, duties.settings);
  }

  /** A task itself, so that its failures are reported like those of other tasks. */
  get work(): PeriodicWork {
    const { leaseMs } = this.duties.settings;
    return {
      name: 'duties',
      does: 'sharing out what one replica does for all',
      everyMs: leaseMs / 3,
      limitMs: leaseMs,
      backOff: { firstMs: leaseMs / 15, longestMs: leaseMs / 3 },
      run: () => this.round(),
    };
  }

  add(task: TaskLoop): void {
    this.#tasks.set(task.work.name, task);
  }

  async round(): Promise<void> {
    for (const [name, held] of this.#held) await this.#keep(name, held);
    const lapsed = await this.#watch.lapsed(this.#held);
    for (const [name, task] of this.#tasks) {
      if (this.#held.has(name) || task.isOverdue) continue;
      const token = await this.duties.store.takeDuty(name, { owner: this.duties.settings.owner, inHand: [], lapsed });
      if (token === undefined) continue;
      this.#held.set(name, { token, renewedMs: this.#clock.elapsedMs() });
      task.setDuty(true);
    }
  }

  /** Releases them, so that another replica can take them at once. */
  async leave(): Promise<void> {
    for (const [name, { token }] of this.#held) {
      this.#drop(name);
      await this.duties.store.dropDuty(name, token).catch((error: unknown) => {
        this.ports.log.warn(
          { task: name, cause: causeOf(error) },
          'a duty was not given up; another takes it when its lease has run out',
        );
      });
    }
  }

  /** A hung run releases its duty; one whose lease cannot be renewed loses it when another replica may have taken it. */
  async #keep(name: string, { token, renewedMs }: Held): Promise<void> {
    const { store, settings } = this.duties;
    if (this.#tasks.get(name)?.isOverdue === true) {
      this.#drop(name);
      await store.dropDuty(name, token);
      return;
    }
    const elapsedMs = this.#clock.elapsedMs();
    try {
      if (await store.renewDuty(name, token)) this.#held.set(name, { token, renewedMs: elapsedMs });
      else this.#drop(name);
    } catch (error) {
      if (elapsedMs - renewedMs >= settings.leaseMs) this.#drop(name);
      throw error;
    }
  }

  #drop(name: string): void {
    this.#held.delete(name);
    this.#tasks.get(name)?.setDuty(false);
  }
}
