/**
 * What a running domain of Berth's holds of its host's hugepages, from its live XML. Others' domains hold none here:
 * their pages count as foreign.
 */
import { isOwnOf } from './domain-use.js';
import { readDomain } from './read-domain.js';

export interface HeldPages {
  /** Host cell. */
  readonly cell: number;
  readonly pageSizeKiB: number;
  readonly pages: number;
}

export function heldPages(domainXml: string, installation?: string): readonly HeldPages[] {
  const { owner, cells } = readDomain(domainXml);
  if (!isOwnOf(owner, installation)) return [];
  return cells.flatMap(({ hostCells, memoryMiB, pageSizeKiB }) => {
    if (pageSizeKiB === undefined) return [];
    // Where nothing binds it, the first cell is as good a guess as any.
    return [{ cell: hostCells[0] ?? 0, pageSizeKiB, pages: Math.ceil((memoryMiB * 1024) / pageSizeKiB) }];
  });
}
