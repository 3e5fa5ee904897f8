/**
 * A demand as the least room that a host must have: what the fleet index skips by. Never more than the exact search
 * would take, or a host that fits would be skipped.
 */
import { room, type Room } from '../inventory/room.js';
import { fixedPageSizeKiB, isWholePages, pagesFor, type Ask } from './ask.js';

const twoMiB = 2048;
const oneGiB = 1048576;

export function needsOf(ask: Ask, physicalNetworks: readonly string[]): Room {
  const needs: number[] = new Array<number>(room.networks + physicalNetworks.length).fill(0);
  cpuNeeds(ask, needs);
  memoryNeeds(ask, needs);
  needs[room.sharedVcpus] = ask.sharedVcpus;
  needs[room.poolMiB] = ask.demand.diskMiB;
  for (const one of ask.demand.pciFunctions) {
    const kind = one.kind === 'vf' ? room.virtualFunctions : room.physicalFunctions;
    needs[kind] = (needs[kind] ?? 0) + 1;
    const network = one.physicalNetwork === undefined ? -1 : physicalNetworks.indexOf(one.physicalNetwork);
    if (network === -1 || one.kind === 'pf') continue;
    needs[room.networks + network] = (needs[room.networks + network] ?? 0) + 1;
  }
  return needs;
}

function cpuNeeds(ask: Ask, needs: number[]): void {
  const own = ask.ownEmulatorCpu ? 1 : 0;
  const dedicated = ask.guestCells.map((cell) => cell.dedicated);
  const most = Math.max(0, ...dedicated);
  needs[room.hostCpus] = dedicated.reduce((sum, count) => sum + count, own + ask.emulatorCpus.length);
  if (!ask.bound) return;
  needs[room.cellCpus] = Math.max(most, (dedicated[0] ?? 0) + own);
  if (ask.demand.threadPolicy === 'isolate') needs[room.cellWholeCores] = most;
  if (ask.demand.threadPolicy === 'require') needs[room.cellWholeThreads] = most;
}

function memoryNeeds(ask: Ask, needs: number[]): void {
  const fixed = fixedPageSizeKiB(ask.demand);
  const most = Math.max(0, ...ask.guestCells.map((cell) => cell.memoryMiB));
  if (fixed !== undefined && isWholePages(ask, fixed)) {
    if (fixed === twoMiB) needs[room.cellPages2MiB] = pagesFor(most, fixed);
    if (fixed === oneGiB) needs[room.cellPages1GiB] = pagesFor(most, fixed);
  }
  if (fixed !== undefined || ask.demand.pageSize === 'any') return;
  needs[room.hostMemoryMiB] = ask.guestCells.reduce((sum, cell) => sum + cell.memoryMiB, 0);
  if (ask.bound) needs[room.cellMemoryMiB] = most;
}
