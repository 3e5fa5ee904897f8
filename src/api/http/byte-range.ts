/**
 * The Range header (RFC 9110 clauses 14.1 and 14.2): one range of bytes. Several ranges, other units and what is no range
 * are ignored, as the RFC allows: the answer is the whole.
 */
import type { ByteRange } from '../../artifacts/artifacts.js';

/** `unsatisfiable`: a good range that lies outside (416). */
export function byteRange(header: string | undefined, sizeBytes: number): ByteRange | 'whole' | 'unsatisfiable' {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return 'whole';
  const end = sizeBytes - 1;
  if (from === '') return clipped(Math.max(sizeBytes - Number(to), 0), end, sizeBytes);
  if (to === '') return clipped(Number(from), end, sizeBytes);
  return Number(to) < Number(from) ? 'whole' : clipped(Number(from), Math.min(Number(to), end), sizeBytes);
}

const clipped = (first: number, last: number, sizeBytes: number): ByteRange | 'unsatisfiable' =>
  first < sizeBytes ? { first, last } : 'unsatisfiable';
