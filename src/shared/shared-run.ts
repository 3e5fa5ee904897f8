/**
 * Work whose callers share a run: whoever asks while one is under way for the same key gets its result.
 */
export class SharedRun<T, K = void> {
  readonly #underWay = new Map<K, Promise<T>>();

  constructor(private readonly work: (key: K) => Promise<T>) {}

  get(key: K): Promise<T> {
    const found = this.#underWay.get(key);
    if (found !== undefined) return found;
    const mine = this.work(key).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, mine);
    return mine;
  }
}
