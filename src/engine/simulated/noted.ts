/**
 * Maps and sets that remember which of their keys changed: saving costs what has changed, and not what there is.
 */
export class NotedMap<V> extends Map<string, V> {
  /** Most of a fleet never change. */
  #changed: Set<string> | undefined;

  override set(key: string, value: V): this {
    if (this.get(key) !== value || !this.has(key)) this.#note(key);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    if (this.has(key)) this.#note(key);
    return super.delete(key);
  }

  override clear(): void {
    for (const key of this.keys()) this.#note(key);
    super.clear();
  }

  /** Since the last time. */
  takeChanged(): readonly string[] {
    const changed = [...(this.#changed ?? [])];
    this.#changed = undefined;
    return changed;
  }

  #note(key: string): void {
    (this.#changed ??= new Set()).add(key);
  }
}

export class NotedSet extends Set<string> {
  /** Most of a fleet never change. */
  #changed: Set<string> | undefined;

  override add(key: string): this {
    if (!this.has(key)) this.#note(key);
    return super.add(key);
  }

  override delete(key: string): boolean {
    if (this.has(key)) this.#note(key);
    return super.delete(key);
  }

  override clear(): void {
    for (const key of this) this.#note(key);
    super.clear();
  }

  /** Since the last time. */
  takeChanged(): readonly string[] {
    const changed = [...(this.#changed ?? [])];
    this.#changed = undefined;
    return changed;
  }

  #note(key: string): void {
    (this.#changed ??= new Set()).add(key);
  }
}
