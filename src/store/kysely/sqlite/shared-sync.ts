/**
 * Group commit: SQLite writes a commit to its log and goes on; neither the commit nor later reads are answered before the
 * log is synced. Commits that wait while a sync runs share the next one.
 */
export class SharedSync {
  #committed = 0;
  #onDisk = 0;
  #running: Promise<void> | undefined;

  readonly #sync: () => Promise<void>;

  /** `sync` resolves when all that was committed before its call is on disk. */
  constructor(sync: () => Promise<void>) {
    this.#sync = sync;
  }

  /** A transaction was committed. */
  committed(): void {
    this.#committed += 1;
  }

  /** Resolves when all that was committed so far is on disk; throws when the disk fails. */
  async settled(): Promise<void> {
    const wanted = this.#committed;
    while (this.#onDisk < wanted) await (this.#running ??= this.#run());
  }

  async #run(): Promise<void> {
    const reached = this.#committed;
    try {
      await this.#sync();
      this.#onDisk = reached;
    } finally {
      this.#running = undefined;
    }
  }
}
