/**
 * How much memory, and what backs it. Hugepages are per guest cell where guest cells exist; libvirt allocates them
 * before the guest runs, so a host without room refuses the start instead of slowing the guest. `locked` keeps plain
 * memory from being swapped.
 */
import { el, type XmlElement } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import { cpuList } from '../cpu-list.js';
import { hasGuestCells } from './guest-cells.js';
import type { Contribution } from './part.js';

export function memory(spec: DomainSpec): Contribution {
  const { memoryMiB } = spec.memory;
  const backing = [hugepages(spec), spec.memory.locked ? el('locked') : undefined].filter((e) => e !== undefined);
  return {
    top: [
      el('memory', { unit: 'MiB' }, memoryMiB),
      el('currentMemory', { unit: 'MiB' }, memoryMiB),
      ...(backing.length === 0 ? [] : [el('memoryBacking', {}, ...backing)]),
    ],
  };
}

function hugepages(spec: DomainSpec): XmlElement | undefined {
  const size = spec.memory.pageSizeKiB;
  if (size === undefined) return undefined;
  const nodeset = hasGuestCells(spec) ? cpuList(spec.cpu.cells.keys()) : undefined;
  return el('hugepages', {}, el('page', { size, unit: 'KiB', nodeset }));
}
