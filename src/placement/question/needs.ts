/**
 * A demand as the least room that a host must have: what the fleet index skips by. Never more than the exact search
 * would take, or a host that fits would be skipped.
 */
import { room, type Room } from '../../inventory/room.js';
import { pagesFor, type Ask } from './ask.js';

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
    if (one.kind === 'pf') continue;
    needs[room.cardsMbps] = (needs[room.cardsMbps] ?? 0) + (one.bitrateMbps ?? 0);
    if (network === -1) continue;
    needs[room.networks + network] = (needs[room.networks + network] ?? 0) + 1;
  }
  return needs;
}

function cpuNeeds(ask: Ask, needs: number[]): void {
  const own = ask.ownEmulatorCpu ? 1 : 0;
  const dedicated = ask.guestCells.map((cell) => cell.dedicated);
  const most = Math.max(0, ...dedicated);
  needs[room.hostCpus] = dedicated.reduce((sum, count) => sum + count, own);
  if (!ask.bound) return;
  needs[room.cellCpus] = Math.max(most, (dedicated[0] ?? 0) + own);
  if (ask.demand.threadPolicy === 'isolate') needs[room.cellWholeCores] = most;
  if (ask.demand.threadPolicy === 'require') needs[room.cellWholeThreads] = most;
}

function memoryNeeds(ask: Ask, needs: number[]): void {
  const isAny = ask.demand.pageSize === 'any' && !ask.isSplit;
  const most = (place: number, value: number) => (needs[place] = Math.max(needs[place] ?? 0, value));
  for (const { memoryMiB, pageSizeKiB } of ask.guestCells) {
    if (pageSizeKiB === twoMiB) most(room.cellPages2MiB, pagesFor(memoryMiB, twoMiB));
    if (pageSizeKiB === oneGiB) most(room.cellPages1GiB, pagesFor(memoryMiB, oneGiB));
    if (pageSizeKiB !== undefined || isAny) continue;
    needs[room.hostMemoryMiB] = (needs[room.hostMemoryMiB] ?? 0) + memoryMiB;
    if (ask.bound) most(room.cellMemoryMiB, memoryMiB);
  }
}
