/**
 * Where the plan puts a VNFC on its host, and whether what is measured of it lies there.
 */
import type { CellMemory, DomainWhereabouts } from '../../../engine/engine.js';
import type { CellReading } from '../../../libvirt-xml/domain-reading.js';
import { readDomain } from '../../../libvirt-xml/read-domain.js';
import { MiB } from '../../../shared/units.js';
import type { PlacementPart } from '../fleet-view.js';
import type { PlannedPages } from './moved-pages.js';

export interface PlacementPlan {
  /** vCPU -> the host CPUs that it was planned on; those that float have none. */
  readonly pins: ReadonlyMap<number, ReadonlySet<number>>;
  readonly emulator: ReadonlySet<number>;
  /** Host cells that all of its memory is bound to; absent: some of it may lie anywhere. */
  readonly cells?: ReadonlySet<number>;
  readonly memoryMiB: number;
  /** Hugepages. */
  readonly pages: readonly PlannedPages[];
}

export function planIn(plannedXml: string): PlacementPlan {
  const { vcpuPins, emulatorCpus, cells, memoryMiB } = readDomain(plannedXml);
  const isBound = cells.every(({ hostCells, mode }) => hostCells.length > 0 && mode !== 'preferred');
  return {
    pins: new Map(vcpuPins.map(({ vcpu, hostCpus }) => [vcpu, new Set(hostCpus)])),
    emulator: new Set(emulatorCpus),
    ...(isBound && { cells: new Set(cells.flatMap(({ hostCells }) => hostCells)) }),
    memoryMiB,
    pages: cells.flatMap(pagesOf),
  };
}

function pagesOf({ hostCells, mode, memoryMiB, pageSizeKiB }: CellReading): readonly PlannedPages[] {
  if (pageSizeKiB === undefined) return [];
  const [cell] = hostCells;
  const isBound = cell !== undefined && hostCells.length === 1 && mode !== 'preferred';
  return [{ pageSizeKiB, pages: Math.ceil((memoryMiB * 1024) / pageSizeKiB), ...(isBound && { cell }) }];
}

/** Whether threads may run where they were not planned. */
export const isElsewhere = (measured: readonly number[], planned: ReadonlySet<number>): boolean =>
  measured.some((cpu) => !planned.has(cpu));

/** Memory of the hypervisor process itself, which is not bound to cells. */
const ownMiB = 64;

/** Host cells in which memory lies that belongs into others; undefined: nothing can be said. */
export function strayCells(
  { cells, memoryMiB }: PlacementPlan,
  memory: readonly CellMemory[] | undefined,
): readonly number[] | undefined {
  if (cells === undefined || memory === undefined) return undefined;
  const allowed = (ownMiB + memoryMiB / 50) * MiB;
  return memory.filter(({ cell, bytes }) => !cells.has(cell) && bytes > allowed).map(({ cell }) => cell);
}

export const placementParts: readonly PlacementPart[] = ['vcpus', 'emulator', 'memory'];

/** Of each part that was measured and planned: whether it differs. */
export function partsThatDiffer(
  plan: PlacementPlan,
  { vcpus, emulator, memory }: DomainWhereabouts,
): Readonly<Partial<Record<PlacementPart, boolean>>> {
  const pinned = vcpus.filter(({ index }) => plan.pins.has(index));
  const stray = strayCells(plan, memory);
  return {
    ...(pinned.length > 0 && {
      vcpus: pinned.some(({ index, hostCpus }) => isElsewhere(hostCpus, plan.pins.get(index) ?? new Set())),
    }),
    ...(emulator !== undefined && plan.emulator.size > 0 && { emulator: isElsewhere(emulator, plan.emulator) }),
    ...(stray !== undefined && { memory: stray.length > 0 }),
  };
}
