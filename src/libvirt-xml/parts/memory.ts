/**
 * How much memory, and what backs it. Hugepages are per guest cell where guest cells exist, each of one page size;
 * libvirt allocates them before the guest runs, so a host without room refuses the start instead of slowing the guest.
 * `locked` keeps memory from being swapped or merged. A userspace switch (vhost-user) reads and writes frames where they lie,
 * so memory is shared with it, hugepages as they are and small pages through a file of no name.
 */
import { el, type XmlElement } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import { cpuList } from '../cpu-list.js';
import { hasGuestCells } from './guest-cells.js';
import type { Contribution } from './part.js';

export function memory(spec: DomainSpec): Contribution {
  const { memoryMiB } = spec.memory;
  const locked = spec.memory.locked ? [el('nosharepages'), el('locked')] : [];
  const backing = [...hugepages(spec), ...locked, ...shared(spec)];
  return {
    top: [
      el('memory', { unit: 'MiB' }, memoryMiB),
      el('currentMemory', { unit: 'MiB' }, memoryMiB),
      ...(backing.length === 0 ? [] : [el('memoryBacking', {}, ...backing)]),
    ],
  };
}

function shared({ interfaces }: DomainSpec): readonly XmlElement[] {
  if (!interfaces.some(({ source }) => source.kind === 'vhostuser')) return [];
  return [el('source', { type: 'memfd' }), el('access', { mode: 'shared' })];
}

function hugepages(spec: DomainSpec): readonly XmlElement[] {
  const { pageSizeKiB } = spec.memory;
  const page = (size: number, nodeset?: string) => el('page', { size, unit: 'KiB', nodeset });
  if (!hasGuestCells(spec)) return pageSizeKiB === undefined ? [] : [el('hugepages', {}, page(pageSizeKiB))];
  const sizes = spec.cpu.cells.map((cell) => cell.pageSizeKiB ?? pageSizeKiB);
  const ofSize = (size: number) => cpuList([...sizes.keys()].filter((cell) => sizes[cell] === size));
  const pages = [...new Set(sizes)].flatMap((size) => (size === undefined ? [] : [page(size, ofSize(size))]));
  return pages.length === 0 ? [] : [el('hugepages', {}, ...pages)];
}
