/**
 * Work whose callers share a run: whoever asks while one is under way for the same key gets its result.
 */
export class SharedRuns<T, K> {
  readonly #underWay = new Map<K, Promise<T>>();

  of(key: K, work: () => Promise<T>): Promise<T> {
    const found = this.#underWay.get(key);
    if (found !== undefined) return found;
    const mine = work().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, mine);
    return mine;
  }
}

/** The same where the work is always one. */
export class SharedRun<T, K = void> {
  readonly #runs = new SharedRuns<T, K>();

  constructor(private readonly work: (key: K) => Promise<T>) {}

  get(key: K): Promise<T> {
    return this.#runs.of(key, () => this.work(key));
  }
}
