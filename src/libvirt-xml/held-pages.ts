/**
 * What a running domain of Berth's holds of its host's hugepages, from its live XML. Others' domains hold none here:
 * their pages count as foreign.
 */
import { isOwn, type Own } from './domain-use.js';
import { readDomain } from './read-domain.js';

export interface HeldPages {
  /** Host cell. */
  readonly cell: number;
  readonly pageSizeKiB: number;
  readonly pages: number;
}

export function heldPages(domainXml: string, own: Own = {}): readonly HeldPages[] {
  const reading = readDomain(domainXml);
  if (!isOwn(reading, own)) return [];
  return reading.cells.flatMap(({ hostCells, memoryMiB, pageSizeKiB }) => {
    if (pageSizeKiB === undefined) return [];
    // Where nothing binds it, the first cell is as good a guess as any.
    return [{ cell: hostCells[0] ?? 0, pageSizeKiB, pages: Math.ceil((memoryMiB * 1024) / pageSizeKiB) }];
  });
}
