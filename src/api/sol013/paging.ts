/**
 * Paging (SOL013 clause 5.4.2). Collections are kept in the order of a key that never changes; the marker holds the last
 * key shown, so that pages stay right while resources come and go, and Berth keeps no state for them.
 */
export interface Page<T> {
  readonly items: readonly T[];
  /** Marker of the next page; absent on the last. */
  readonly next?: string;
}

export class UnknownMarker extends Error {}

/** `items` ascend by `keyOf`. */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  size: number,
  marker: string | undefined,
): Page<T> {
  const after = marker === undefined ? undefined : keyIn(marker);
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  return last === undefined || rest.length <= size ? { items: shown } : { items: shown, next: markerOf(keyOf(last)) };
}

const prefix = 'after:';

const markerOf = (key: string): string => Buffer.from(prefix + key).toString('base64url');

function keyIn(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString();
  if (text.startsWith(prefix) && markerOf(text.slice(prefix.length)) === marker) return text.slice(prefix.length);
  throw new UnknownMarker(`"${marker}" is not a marker that Berth gave out`);
}
