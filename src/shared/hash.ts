/**
 * A hash for marks and lots: the same text gives the same number on every machine, and nothing is kept secret by it.
 */

/** 32-bit FNV-1a. */
export function fnv1a(text: string, basis = 0x811c9dc5): number {
  let hash = basis;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** The same as eight hexadecimal digits. */
export const fnv1aHex = (text: string, basis?: number): string => fnv1a(text, basis).toString(16).padStart(8, '0');
