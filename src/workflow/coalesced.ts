/**
 * Work that may be asked for while it is under way: it is then done once more, however often it was asked for.
 */
export class Coalesced<K> {
  private readonly running = new Map<K, { again: boolean; readonly end: Promise<void> }>();
  private stopped = false;

  /** `work` never throws: it has nobody to tell. */
  constructor(private readonly work: (key: K) => Promise<void>) {}

  ask(key: K): void {
    if (this.stopped) return;
    const now = this.running.get(key);
    if (now !== undefined) now.again = true;
    else this.running.set(key, { again: false, end: this.run(key) });
  }

  /** Ends what is under way and takes nothing more. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.running.values()].map(({ end }) => end));
  }

  private async run(key: K): Promise<void> {
    // So that what is asked for in one turn of the loop is one piece of work.
    await Promise.resolve();
    do {
      const now = this.running.get(key);
      if (now !== undefined) now.again = false;
      await this.work(key);
    } while (!this.stopped && this.running.get(key)?.again === true);
    this.running.delete(key);
  }
}
