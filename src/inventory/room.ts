/**
 * The room of a host as a short vector of upper bounds: a host whose vector is below a need in any place cannot fit it;
 * one above may. Maxima of vectors bound whole groups of hosts, which is what makes the fleet index skip them.
 */
import type { FreeHost } from './free.js';

/** Places of the vector. After them comes one per physical network: its free VFs. */
export const room = {
  cellCpus: 0,
  cellWholeCores: 1,
  cellWholeThreads: 2,
  hostCpus: 3,
  cellMemoryMiB: 4,
  hostMemoryMiB: 5,
  cellPages2MiB: 6,
  cellPages1GiB: 7,
  sharedVcpus: 8,
  poolMiB: 9,
  virtualFunctions: 10,
  physicalFunctions: 11,
  cardsMbps: 12,
  networks: 13,
} as const;

export type Room = readonly number[];

const pageSizesKiB = { twoMiB: 2048, oneGiB: 1048576 } as const;

/** Physical networks that the functions of a host lie on, those given to nobody too, sorted. */
export function physicalNetworksOf({ shape }: FreeHost): readonly string[] {
  const names = shape.groups.flatMap(({ physicalNetwork }) => physicalNetwork ?? []);
  return [...new Set(names)].sort();
}

export function roomOf(free: FreeHost, physicalNetworks: readonly string[]): Room {
  const vector: number[] = new Array<number>(room.networks + physicalNetworks.length).fill(0);
  const twoMiB = free.shape.pageSizesKiB.indexOf(pageSizesKiB.twoMiB);
  const oneGiB = free.shape.pageSizesKiB.indexOf(pageSizesKiB.oneGiB);
  const raise = (place: number, value: number) => (vector[place] = Math.max(vector[place] ?? 0, value));
  const add = (place: number, value: number) => (vector[place] = (vector[place] ?? 0) + value);
  for (const cell of free.cells) {
    raise(room.cellCpus, cell.cpus);
    raise(room.cellWholeCores, cell.wholeCores);
    raise(room.cellWholeThreads, wholeThreads(cell.cores));
    raise(room.cellMemoryMiB, cell.memoryMiB);
    raise(room.cellPages2MiB, cell.pages[twoMiB] ?? 0);
    raise(room.cellPages1GiB, cell.pages[oneGiB] ?? 0);
    add(room.hostCpus, cell.cpus);
    add(room.hostMemoryMiB, Math.max(0, cell.memoryMiB));
  }
  raise(room.sharedVcpus, free.sharedVcpus);
  free.host.facts.pools.forEach(({ unusedBecause }, at) => {
    if (unusedBecause === undefined) raise(room.poolMiB, free.poolsMiB[at] ?? 0);
  });
  free.shape.groups.forEach((group, at) => {
    const count = group.withheld ? 0 : (free.functions[at]?.length ?? 0);
    add(group.kind === 'vf' ? room.virtualFunctions : room.physicalFunctions, count);
    const network = group.physicalNetwork === undefined ? -1 : physicalNetworks.indexOf(group.physicalNetwork);
    if (network !== -1 && group.kind === 'vf') add(room.networks + network, count);
  });
  vector[room.cardsMbps] = cardsMbps(free);
  return vector;
}

/** On all cards together; without end when the speed of one is not known. */
function cardsMbps({ shape, sums }: FreeHost): number {
  if (shape.groups.some((group) => group.kind === 'vf' && group.card === -1)) return Infinity;
  return [...sums.bandwidth.values()].reduce((sum, mbps) => sum + Math.max(0, mbps), 0);
}

/** Threads of the cores that are whole and have siblings: what `require` can take. */
function wholeThreads(cores: FreeHost['cells'][number]['cores']): number {
  let threads = 0;
  for (const core of cores) if (core.threads > 1 && core.cpus.length === core.threads) threads += core.threads;
  return threads;
}

export function covers(has: Room, needs: Room): boolean {
  for (let place = 0; place < needs.length; place += 1) {
    if ((has[place] ?? 0) < (needs[place] ?? 0)) return false;
  }
  return true;
}

/** The bound of two together. */
export const larger = (a: Room, b: Room): Room => a.map((value, place) => Math.max(value, b[place] ?? 0));

const scale = 1000;

/** How full a host is, 0 to 1000: the mean of its used share of dedicated CPUs and of memory, pages included. */
export function fillOf(free: FreeHost): number {
  let cpus = 0;
  let cpusFree = 0;
  let memory = 0;
  let memoryFree = 0;
  free.cells.forEach((cell, at) => {
    const whole = free.shape.cells[at];
    if (whole === undefined) return;
    cpus += whole.cpus;
    cpusFree += cell.cpus;
    memory += whole.memoryMiB + pagesMiB(free, whole.pages);
    memoryFree += cell.memoryMiB + pagesMiB(free, cell.pages);
  });
  const used = (total: number, left: number) => (total === 0 ? 1 : 1 - left / total);
  return Math.round((scale * (used(cpus, cpusFree) + used(memory, memoryFree))) / 2);
}

function pagesMiB(free: FreeHost, pages: readonly number[]): number {
  return pages.reduce((sum, count, at) => sum + (count * (free.shape.pageSizesKiB[at] ?? 0)) / 1024, 0);
}
