/**
 * The state of background tasks, as the API shows it.
 */
export interface TaskState {
  readonly name: string;
  readonly does: string;
  /** Absent: it runs only when it is asked for. */
  readonly everyMs?: number;
  /** One replica does it for all. */
  readonly isDuty: boolean;
  /** This replica does it. */
  readonly isOnDuty: boolean;
  /** Runs, or pieces of it, that are under way. */
  readonly underWay: number;
  /** When the oldest of them began. */
  readonly sinceMs?: number;
  /** A run has taken longer than it may; it was told to end and has not. */
  readonly isOverdue: boolean;
  /** Ended since the start of this process. */
  readonly runs: number;
  readonly failures: number;
  /** Since the last run that did not fail. */
  readonly failuresInRow: number;
  /** The last run that ended. */
  readonly last?: { readonly beganMs: number; readonly tookMs: number };
  /** When the last run that ended began, or its replica took it up. Absent: it has no period, or is another's. */
  readonly idleSinceMs?: number;
  /** Absent: under way, or when it is asked for. */
  readonly nextInMs?: number;
  readonly lastError?: { readonly atMs: number; readonly text: string };
}

export interface BackgroundView {
  /** By name. */
  states(): readonly TaskState[];
}
