/**
 * What a running domain of Berth's holds of its host's hugepages, from its live XML. Others' domains hold none here:
 * their pages count as foreign.
 */
import { ownerNamespace } from './parts/identity.js';
import { readCpuList } from './cpu-list.js';
import { readXml } from './read-xml.js';
import { elements, find, textOf, type XmlElement } from './xml/element.js';

export interface HeldPages {
  /** Host cell. */
  readonly cell: number;
  readonly pageSizeKiB: number;
  readonly pages: number;
}

export function heldPages(domainXml: string): readonly HeldPages[] {
  const root = readXml(domainXml);
  if (!isOurs(root)) return [];
  const pages = elements(find(root, 'memoryBacking', 'hugepages'), 'page');
  return guestCells(root).flatMap(({ id, memoryKiB }) => {
    const page = pages.find(({ attributes }) => readCpuList(attributes['nodeset'] ?? String(id)).includes(id));
    if (page === undefined) return [];
    const pageSizeKiB = inKiB(page.attributes['size'], page.attributes['unit']);
    return [{ cell: hostCell(root, id), pageSizeKiB, pages: Math.ceil(memoryKiB / pageSizeKiB) }];
  });
}

const isOurs = (root: XmlElement): boolean =>
  elements(find(root, 'metadata')).some(({ attributes }) => Object.values(attributes).includes(ownerNamespace));

/** A guest without cells of its own is one cell, number 0. */
function guestCells(root: XmlElement): readonly { readonly id: number; readonly memoryKiB: number }[] {
  const cells = elements(find(root, 'cpu', 'numa'), 'cell');
  if (cells.length === 0) return [{ id: 0, memoryKiB: memoryOf(find(root, 'memory')) }];
  return cells.map(({ attributes }, index) => ({
    id: Number(attributes['id'] ?? index),
    memoryKiB: inKiB(attributes['memory'], attributes['unit']),
  }));
}

/** Where nothing binds it, the first cell is as good a guess as any. */
function hostCell(root: XmlElement, guestCell: number): number {
  const tune = find(root, 'numatune');
  const node = elements(tune, 'memnode').find(({ attributes }) => attributes['cellid'] === String(guestCell));
  const nodeset = (node ?? find(tune, 'memory'))?.attributes['nodeset'] ?? '0';
  return readCpuList(nodeset)[0] ?? 0;
}

const memoryOf = (element: XmlElement | undefined): number => inKiB(textOf(element), element?.attributes['unit']);

const perUnit: Readonly<Record<string, number>> = { KiB: 1, MiB: 1024, GiB: 1024 * 1024 };

const inKiB = (amount: string | undefined, unit: string | undefined): number =>
  Number(amount ?? 0) * (perUnit[unit ?? 'KiB'] ?? 1);
