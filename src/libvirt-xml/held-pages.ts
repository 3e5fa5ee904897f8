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

/** `unbound`: the host's first cell, as good a guess as any where nothing binds the guest. */
export function heldPages(domainXml: string, own: Own = {}, unbound = 0): readonly HeldPages[] {
  const reading = readDomain(domainXml);
  if (!isOwn(reading, own)) return [];
  return reading.cells.flatMap(({ hostCells, memoryMiB, pageSizeKiB }) => {
    if (pageSizeKiB === undefined) return [];
    return [{ cell: hostCells[0] ?? unbound, pageSizeKiB, pages: Math.ceil((memoryMiB * 1024) / pageSizeKiB) }];
  });
}
