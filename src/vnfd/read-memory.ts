/**
 * `virtual_memory` and `logical_node` of a VDU (SOL001 clauses 6.2.7, 6.2.30): size, page size in each of its three
 * spellings, locality, and the NUMA cells that the guest is to see.
 */
import { requirement, unwrap, type Requirements } from './requirements.js';
import { parsePageSize, parseSize } from '../tosca/scalar-units.js';
import { boolOf, child, entriesOf, itemsOf, textMapOf, textOf, type YamlMap, type YamlNode } from '../tosca/tree.js';
import type { GuestCell, PageSize, VirtualMemory } from './model.js';
import { defined } from '../shared/defined.js';

export function readMemory(compute: YamlMap | undefined, requirements: Requirements): VirtualMemory {
  const memory = child(compute, 'virtual_memory');
  const numaEnabled = boolOf(child(memory, 'numa_enabled')) ?? false;
  const huge = itemsOf(child(memory, 'huge_pages_requirements'));
  const firstSize = readPageSize(textOf(child(huge[0], 'hugepage_size')));
  return {
    bytes: parseSize(textOf(child(memory, 'virtual_mem_size'))) ?? 0,
    numaEnabled,
    pageSize: readPageSize(requirement(requirements, 'pageSize')) ?? firstSize ?? 'small',
    hugePages: huge.flatMap(readHugePages),
    locality: readLocality(requirement(requirements, 'locality'), numaEnabled),
  };
}

/** SOL001 4.3.1; an entry without `requested_size` says only the page size, for all memory; one of 4 KiB says nothing. */
function readHugePages(item: YamlNode): VirtualMemory['hugePages'] {
  const pageSizeKiB = parsePageSize(textOf(child(item, 'hugepage_size')) ?? '');
  const bytes = parseSize(textOf(child(item, 'requested_size')));
  return pageSizeKiB === undefined || pageSizeKiB <= 4 || bytes === undefined ? [] : [{ pageSizeKiB, bytes }];
}

/** Undefined when absent or unreadable; 4 KiB pages are `small`. */
export function readPageSize(text: string | undefined): PageSize | undefined {
  const word = text?.trim().toLowerCase();
  if (word === undefined || word === '') return undefined;
  if (word === 'large' || word === 'any') return 'any';
  if (word === 'small') return 'small';
  const size = parsePageSize(word);
  if (size === undefined || !Number.isInteger(size)) return undefined;
  return size <= 4 ? 'small' : size;
}

export const localities: Readonly<Record<string, VirtualMemory['locality']>> = {
  strictlocalaffinity: 'strict',
  preferredlocalaffinity: 'preferred',
};

function readLocality(policy: string | undefined, numaEnabled: boolean): VirtualMemory['locality'] {
  return localities[policy?.toLowerCase() ?? ''] ?? (numaEnabled ? 'strict' : 'none');
}

export interface LogicalNode {
  readonly id: string;
  readonly node: YamlNode;
  readonly vcpus?: number;
  readonly memoryBytes?: number;
}

/** Logical nodes as written; those with neither number are hints about I/O devices. */
export function logicalNodes(compute: YamlMap | undefined): readonly LogicalNode[] {
  return entriesOf(child(compute, 'logical_node')).map(([id, node]) => {
    const wanted = textMapOf(child(node, 'logical_node_requirements'));
    const vcpus = countOf(wanted['numberCpu']);
    const memoryBytes = parseSize(localSize(wanted['localNumaMemorySize']));
    return {
      id,
      node,
      ...defined({ vcpus, memoryBytes }),
    };
  });
}

function countOf(text: string | undefined): number | undefined {
  const count = unwrap(text ?? '');
  return /^\s*\d{1,4}\s*$/.test(count) ? Number(count) : undefined;
}

/** A bare number is MiB, as in the registry's examples. */
function localSize(text: string | undefined): string | undefined {
  const size = text === undefined ? undefined : unwrap(text);
  return /^\s*\d+\s*$/.test(size ?? '') ? `${size?.trim() ?? ''} MiB` : size;
}

export const readGuestCells = (compute: YamlMap | undefined): readonly GuestCell[] =>
  logicalNodes(compute).flatMap(({ id, vcpus, memoryBytes }) =>
    vcpus === undefined || memoryBytes === undefined ? [] : [{ id, vcpus, memoryBytes }],
  );
