/**
 * Work that goes on beside requests, as its owners declare it: what it is called, what sets it off, and who does it when
 * there are several replicas. The driver (driver.ts) runs it; docs/background-tasks.md says what there is.
 */

/** How long a task rests after runs that failed: twice as long each time. */
export interface TaskBackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

interface Named {
  /** In the API, in metrics and in the log. */
  readonly name: string;
  /** For people, as the subject of a sentence: `removing old operations`. */
  readonly does: string;
}

/** A run that takes longer than this is told to end, and named as overdue. */
interface Limited {
  readonly limitMs?: number;
}

/** One run at a time: when it is woken, and after each period. */
export interface PeriodicWork extends Named, Limited {
  /** From the begin of one run to the begin of the next. */
  readonly everyMs: number;
  /** The first run waits for a period; otherwise it begins at the start. */
  readonly isFirstLater?: true;
  /** One replica does it for all of them. */
  readonly isDuty?: true;
  readonly backOff?: TaskBackOff;
  /** `over` is aborted when Berth stops, the run is overdue, or the duty is another replica's by now. */
  run(over: AbortSignal): Promise<void>;
}

/** One run at a time for each key; asked for during a run, another follows it. */
export interface KeyedWork<K extends string> extends Named, Limited {
  /** What the log says of a key. */
  about(key: K): object;
  run(key: K): Promise<void>;
}

/** Pieces of work that go on side by side. */
export interface Group {
  /** Aborted when Berth stops. */
  readonly stopping: AbortSignal;
  /** Begins a piece; resolves when it has ended, also when it failed, which is told with `about`. */
  beside(about: object, piece: () => Promise<void>): Promise<void>;
}

export interface Task extends Group {
  /** There may be work. Heard during a run, too: another follows it at once. */
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
