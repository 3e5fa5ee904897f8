/**
 * Driver of background tasks: starts them, runs them by the injected clock, assigns each duty to one replica, keeps
 * their state, and stops them within a bounded time.
 */
import type { BackgroundView, TaskState } from './background-view.js';
import type { Background, Group, KeyedTask, KeyedWork, Named, PeriodicWork, Task } from './background.js';
import { Duties, type DutyPorts } from './duties.js';
import { GroupWork } from './group-work.js';
import { KeyedRuns } from './keyed-runs.js';
import type { RunPorts } from './runs.js';
import { TaskLoop } from './task-loop.js';

interface Driven {
  start(): void;
  stop(): Promise<void>;
  state(): TaskState;
}

export interface BackgroundPorts extends RunPorts {
  /** Absent: this process is the only one, and has every duty. */
  readonly duties?: DutyPorts;
  /** Time that tasks have to end; those still running after it are named in the log. */
  readonly drainMs?: number;
}

/** Longer than any call of a step. */
const usualDrainMs = 90_000;

export class BackgroundDriver implements Background, BackgroundView {
  readonly #tasks = new Map<string, Driven>();
  readonly #duties: Duties | undefined;
  #isStarted = false;

  constructor(private readonly ports: BackgroundPorts) {
    this.#duties = ports.duties && new Duties(ports, ports.duties);
    if (this.#duties) this.add(this.#duties.work);
  }

  add(work: PeriodicWork): Task {
    const task = this.#take(work, new TaskLoop(this.ports, work));
    if (work.isDuty !== true) return task;
    if (this.#duties) this.#duties.add(task);
    else task.setDuty(true);
    return task;
  }

  keyed<K extends string>(work: KeyedWork<K>): KeyedTask<K> {
    return this.#take(work, new KeyedRuns(this.ports, work));
  }

  group(named: Named): Group {
    return this.#take(named, new GroupWork(this.ports, named));
  }

  start(): void {
    this.#isStarted = true;
    for (const task of this.#tasks.values()) task.start();
  }

  /** Waits for runs to end; those that do not end in time are abandoned and logged. */
  async stop(): Promise<void> {
    const { clock, log, drainMs = usualDrainMs } = this.ports;
    const drained = new AbortController();
    const all = Promise.all([...this.#tasks.values()].map((task) => task.stop())).then(async () => {
      await this.#duties?.leave();
      drained.abort();
    });
    await Promise.race([all, clock.sleep(drainMs, drained.signal)]);
    const left = this.states().filter(({ underWay }) => underWay > 0);
    if (left.length > 0)
      log.error(
        { tasks: left.map(({ name }) => name), drainMs },
        'tasks have not ended in time; Berth stops without them',
      );
  }

  states(): readonly TaskState[] {
    return [...this.#tasks.values()]
      .map((task) => task.state())
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  #take<T extends Driven>({ name }: Named, task: T): T {
    if (this.#tasks.has(name)) throw new Error(`there are two background tasks called ${name}`);
    this.#tasks.set(name, task);
    if (this.#isStarted) task.start();
    return task;
  }
}
