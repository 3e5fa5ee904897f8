/**
 * Collections by the page, whatever they hold. What narrows a page names records that have one of some values, as far as
 * an index leads to them: a page leaves out only what does not fit, and may hold what does not. A field left out narrows
 * nothing.
 */

/** Part of a collection in its order: what comes after a key, at most so many. Keys never change. */
export interface PageAfter<Key> {
  readonly after?: Key;
  readonly limit: number;
}

/** Place of what began at a moment: the oldest comes first. */
export interface MomentKey {
  readonly ms: number;
  readonly id: string;
}
