/**
 * Paging (SOL013 clause 5.4.2). A collection is read in the order of a key that never changes; the marker holds the last
 * key looked at, so that pages stay right while resources come and go, and Berth keeps no state for them.
 */

export class UnknownMarker extends Error {}

const prefix = 'after:';

export const markerOf = (key: string): string => Buffer.from(prefix + key).toString('base64url');

/** What a database is asked for has no NUL in it. */
export function keyIn(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString();
  const isOurs = text.startsWith(prefix) && markerOf(text.slice(prefix.length)) === marker && !text.includes('\0');
  if (isOurs) return text.slice(prefix.length);
  throw unknown(marker);
}

/** The key of something that began at a moment, in ms: such collections come oldest first. */
export const keyOfMoment = (ms: number, id: string): string => `${String(ms).padStart(16, '0')}/${id}`;

export function momentIn(key: string): MomentKey {
  const [, ms, id] = /^(\d{16})\/(.*)$/s.exec(key) ?? [];
  if (ms === undefined || id === undefined) throw unknown(markerOf(key));
  return { ms: Number(ms), id };
}

const unknown = (marker: string): UnknownMarker => new UnknownMarker(`"${marker}" is not a marker that Berth gave out`);
import type { MomentKey } from '../../store/page.js';
