/**
 * Declarations of background tasks: name, trigger, and which replica runs them. The driver (driver.ts) runs them;
 * docs/background-tasks.md lists them.
 */

/** Backoff after failed runs: doubled each time. */
export interface TaskBackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

interface Named {
  /** In the API, in metrics and in the log. */
  readonly name: string;
  /** Shown in messages, as the subject of a sentence: `removing old operations`. */
  readonly does: string;
}

/** A run that takes longer than this is aborted, and reported as overdue. */
interface Limited {
  readonly limitMs?: number;
}

/** One run at a time, when woken and after each period. */
export interface PeriodicWork extends Named, Limited {
  /** From the begin of one run to the begin of the next. */
  readonly everyMs: number;
  /** Whether the first run waits for a period instead of beginning at start. */
  readonly isFirstLater?: true;
  /** One replica does it for all of them. */
  readonly isDuty?: true;
  readonly backOff?: TaskBackOff;
  /** `over` is aborted when Berth stops, the run is overdue, or another replica has the duty. */
  run(over: AbortSignal): Promise<void>;
}

/** One run at a time for each key; a request during a run makes another follow. */
export interface KeyedWork<K extends string> extends Named, Limited {
  /** What the log says of a key. */
  about(key: K): object;
  run(key: K): Promise<void>;
}

/** Pieces of work that run concurrently. */
export interface Group {
  /** Aborted when Berth stops. */
  readonly stopping: AbortSignal;
  /** Starts a piece; resolves when it has ended or failed. A failure is logged with `about`. */
  beside(about: object, piece: () => Promise<void>): Promise<void>;
}

export interface Task extends Group {
  /** Wakes the task. During a run it makes another follow at once. */
  wake(): void;
}

export interface KeyedTask<K extends string> {
  /** Resolves when a run that began after the call has ended, or when Berth stops. Never rejects. */
  ask(key: K): Promise<void>;
}

export interface Background {
  add(work: PeriodicWork): Task;
  keyed<K extends string>(work: KeyedWork<K>): KeyedTask<K>;
  group(named: Named): Group;
}

export type { Named };
