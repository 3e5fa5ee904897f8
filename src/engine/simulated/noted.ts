/**
 * Maps and sets that remember which of their keys changed: saving costs what has changed, and not what there is.
 */
class ChangedKeys {
  /** Most of a fleet never change. */
  #keys: Set<string> | undefined;

  note(key: string): void {
    (this.#keys ??= new Set()).add(key);
  }

  take(): readonly string[] {
    const keys = [...(this.#keys ?? [])];
    this.#keys = undefined;
    return keys;
  }
}

export class NotedMap<V> extends Map<string, V> {
  readonly #changed = new ChangedKeys();

  override set(key: string, value: V): this {
    if (this.get(key) !== value || !this.has(key)) this.#changed.note(key);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    if (this.has(key)) this.#changed.note(key);
    return super.delete(key);
  }

  override clear(): void {
    for (const key of this.keys()) this.#changed.note(key);
    super.clear();
  }

  /** Since the last time. */
  takeChanged(): readonly string[] {
    return this.#changed.take();
  }
}

export class NotedSet extends Set<string> {
  readonly #changed = new ChangedKeys();

  override add(key: string): this {
    if (!this.has(key)) this.#changed.note(key);
    return super.add(key);
  }

  override delete(key: string): boolean {
    if (this.has(key)) this.#changed.note(key);
    return super.delete(key);
  }

  override clear(): void {
    for (const key of this) this.#changed.note(key);
    super.clear();
  }

  /** Since the last time. */
  takeChanged(): readonly string[] {
    return this.#changed.take();
  }
}
