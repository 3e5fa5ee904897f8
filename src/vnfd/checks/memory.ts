/**
 * Memory adds up: guest NUMA cells to vCPUs and memory, huge pages to no more than there is, enough for the image.
 */
import type { Finding, Place } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import { nodeWithRole, type FlavourSource } from '../flavour-source.js';
import { isSplit, withPageSizes } from '../page-split.js';
import { logicalNodes } from '../read-memory.js';
import { computeOf } from '../read-vdu.js';
import { child } from '../../tosca/tree.js';
import type { Flavour, Vdu } from '../model.js';

export const checkMemory = (source: FlavourSource, flavour: Flavour): readonly Finding[] =>
  flavour.vdus.flatMap((vdu) => [
    ...checkIncompleteCells(vdu, source),
    ...checkCells(vdu, source),
    ...checkHugePages(vdu, source),
    ...checkMinRam(vdu, source),
  ]);

function checkIncompleteCells(vdu: Vdu, source: FlavourSource): readonly Finding[] {
  return logicalNodes(computeIn(vdu, source)).flatMap(({ id, node, vcpus, memoryBytes }) => {
    if ((vcpus === undefined) === (memoryBytes === undefined)) return [];
    const lacks = vcpus === undefined ? 'numberCpu' : 'localNumaMemorySize';
    return [found('VNFD-CELLS-INCOMPLETE', node.at, `The logical node \`${id}\` of \`${vdu.id}\` has no ${lacks}.`)];
  });
}

function checkCells(vdu: Vdu, source: FlavourSource): readonly Finding[] {
  if (vdu.guestCells.length === 0) return [];
  const at = placeOf(vdu, source, 'logical_node');
  const vcpus = vdu.guestCells.reduce((sum, cell) => sum + cell.vcpus, 0);
  const bytes = vdu.guestCells.reduce((sum, cell) => sum + cell.memoryBytes, 0);
  const cells = `The guest cells of \`${vdu.id}\` have`;
  return [
    ...(vcpus === vdu.cpu.count
      ? []
      : [found('VNFD-CELLS-SUM', at, `${cells} ${vcpus} vCPUs; the VDU has ${vdu.cpu.count}.`)]),
    ...(bytes === vdu.memory.bytes
      ? []
      : [found('VNFD-CELLS-SUM', at, `${cells} ${bytes} bytes; the VDU has ${vdu.memory.bytes}.`)]),
  ];
}

function checkHugePages(vdu: Vdu, source: FlavourSource): readonly Finding[] {
  const { hugePages, bytes } = vdu.memory;
  const asked = hugePages.reduce((sum, pages) => sum + pages.bytes, 0);
  const at = placeOf(vdu, source, 'virtual_memory');
  if (asked > bytes) {
    const message = `\`${vdu.id}\` asks for ${asked} bytes of huge pages; it has ${bytes} bytes of memory.`;
    return [found('VNFD-HUGEPAGES-SUM', at, message)];
  }
  if (!isSplit(vdu.memory)) return [];
  const message = splitFault(vdu);
  return message === undefined ? [] : [found('VNFD-HUGEPAGES-SPLIT', at, `\`${vdu.id}\` ${message}.`)];
}

function splitFault({ memory, guestCells }: Vdu): string | undefined {
  const parts = memory.hugePages.map((part) => `${part.bytes} bytes in pages of ${part.pageSizeKiB} KiB`).join(', ');
  if (guestCells.length === 0)
    return `asks for ${parts} of ${memory.bytes} bytes and has no logical nodes to carry that`;
  if (withPageSizes(memory, guestCells) !== undefined) return undefined;
  const cells = guestCells.map((cell) => cell.memoryBytes).join(', ');
  return `asks for ${parts}; its logical nodes of ${cells} bytes do not add up to that`;
}

function checkMinRam(vdu: Vdu, source: FlavourSource): readonly Finding[] {
  const minRam = vdu.image?.minRamBytes ?? 0;
  if (vdu.memory.bytes >= minRam) return [];
  const message = `\`${vdu.id}\` has ${vdu.memory.bytes} bytes of memory; its image needs ${minRam}.`;
  return [found('VNFD-MEMORY-TOO-SMALL', placeOf(vdu, source, 'virtual_memory'), message)];
}

function computeIn(vdu: Vdu, source: FlavourSource) {
  const node = nodeWithRole(source, vdu.id, 'vdu');
  return node === undefined ? undefined : computeOf(node);
}

const placeOf = (vdu: Vdu, source: FlavourSource, key: string): Place =>
  child(computeIn(vdu, source), key)?.at ?? source.byId.get(vdu.id)?.at ?? source.at;
