/**
 * What a domain that is not Berth's takes of a simulated host, and how PCI functions were left, by the test's hand; told in the
 * facts as a real host's is.
 */
import type { Cell, HostFacts, PciFunction } from '../../inventory/model.js';
import { defined } from '../../shared/defined.js';
import type { ForeignUse, FunctionState, SimulatedHost } from './host-state.js';

type Taken = Pick<HostFacts, 'cells' | 'pciFunctions'>;

/** The lists of the template themselves while nobody else is there: hosts of a large fleet share them. */
export function withForeign({ spec: { cells, pciFunctions }, state }: SimulatedHost): Taken {
  let taken: Taken = { cells, pciFunctions: leftBehind(pciFunctions, state.functions) };
  for (const [domain, use] of state.foreign) {
    taken = {
      cells: taken.cells.map((cell) => cellUnder(cell, domain, use)),
      pciFunctions: taken.pciFunctions.map((one) => functionUnder(one, taken.pciFunctions, domain, use)),
    };
  }
  return taken;
}

const leftBehind = (all: readonly PciFunction[], left: ReadonlyMap<string, FunctionState>): readonly PciFunction[] =>
  left.size === 0 ? all : all.map((one) => leftAs(one, left.get(one.address)));

function leftAs({ driver: made, ...one }: PciFunction, left: FunctionState = {}): PciFunction {
  const driver = left.driver === undefined ? made : (left.driver ?? undefined);
  return { ...one, ...defined({ driver, vfMac: left.vfMac }) };
}

function cellUnder(cell: Cell, domain: string, { cpus = [], memoryMiB = {} }: ForeignUse): Cell {
  const mib = memoryMiB[cell.id] ?? 0;
  return {
    ...cell,
    cpus: cell.cpus.map((cpu) =>
      cpus.includes(cpu.id) ? { ...cpu, takenBy: `domain ${domain}, which is not Berth’s, is pinned to it` } : cpu,
    ),
    ...(mib > 0 && { foreignMiB: (cell.foreignMiB ?? 0) + mib }),
  };
}

function functionUnder(
  one: PciFunction,
  all: readonly PciFunction[],
  domain: string,
  { functions = [] }: ForeignUse,
): PciFunction {
  const holds = `domain ${domain}, which is not Berth’s, holds it`;
  if (functions.includes(one.address)) return { ...one, takenBy: holds };
  if (one.parent !== undefined && functions.includes(one.parent))
    return { ...one, takenBy: `of its card ${one.parent}, ${holds}` };
  const part = all.find(({ parent, address }) => parent === one.address && functions.includes(address));
  return part === undefined ? one : { ...one, takenBy: `of its function ${part.address}, ${holds}` };
}
