/**
 * Host CPUs that pinning rules name (SOL001 clause 6.2.9): each is there, may be dedicated (or shared, by the emulator threads),
 * is held by nobody else, lies in the cell of its guest cell, and on a core as the thread policy wants it. Says which CPU is
 * in the way and who has it.
 */
import type { FreeRoom } from '../../inventory/free.js';
import type { Holders } from '../question/around.js';
import { dedicatedVcpus, namesCpus, type RoomAsk, type AskCell } from '../question/ask.js';
import { afterEmulator, emulatorCpusToOwn } from '../search/berths.js';
import { namedPick } from '../search/cores.js';
import { met, type RoomConstraint } from './constraint.js';

export const pinningRules: RoomConstraint = {
  name: 'pinning-rules',
  refuse: (ask, free, around) => {
    if (!namesCpus(ask)) return met;
    const taken = takenCpus(ask, free, around);
    return taken.length > 0
      ? taken.map(({ cpu, who, why }) => `CPU ${cpu}, which ${who}, is ${why}`)
      : misfits(ask, free, around);
  },
};

/** The same in fewer words: CPUs that are missing for one reason stand together. */
export function namedCpusShort(ask: RoomAsk, free: FreeRoom, around: Holders): readonly string[] {
  if (!namesCpus(ask)) return [];
  const taken = takenCpus(ask, free, around);
  if (taken.length === 0) return misfits(ask, free, around);
  return [...Map.groupBy(taken, ({ why }) => why)].map(([why, those]) => {
    const cpus = those.map(({ cpu }) => cpu).join(', ');
    return those.length === 1 ? `CPU ${cpus} is ${why}` : `CPUs ${cpus} are ${why}`;
  });
}

interface Wanted {
  readonly cpu: number;
  readonly who: string;
}

interface Taken extends Wanted {
  readonly why: string;
}

function takenCpus(ask: RoomAsk, free: FreeRoom, around: Holders): readonly Taken[] {
  return wanted(ask, free).flatMap((one) => {
    const why = whyNotFree(free, one.cpu, around);
    return why === undefined ? [] : [{ ...one, why }];
  });
}

function wanted(ask: RoomAsk, free: FreeRoom): readonly Wanted[] {
  const vcpus = dedicatedVcpus(ask.demand);
  const ofVcpus = (ask.demand.hostCpus ?? []).map((cpu, at) => ({ cpu, who: `vCPU ${vcpus[at] ?? at} is to have` }));
  const ofEmulator = emulatorCpusToOwn(free, ask).map((cpu) => ({ cpu, who: 'the emulator threads are to have' }));
  return [...ofVcpus, ...ofEmulator];
}

/** Undefined when the CPU is free. */
function whyNotFree(free: FreeRoom, cpu: number, around: Holders): string | undefined {
  if (free.cells.some((cell) => cell.cores.some((core) => core.cpus.includes(cpu)))) return undefined;
  if (!free.host.facts.cells.some((cell) => cell.cpus.some((one) => one.id === cpu))) return 'not there';
  if (free.host.reserved.sharedCpus.includes(cpu)) return 'reserved for sharing';
  const holder = around.holderOf(free.host.id, cpu);
  return holder === undefined ? 'to be taken by the emulator threads' : `held by ${holder}`;
}

function misfits(ask: RoomAsk, free: FreeRoom, around: Holders): readonly string[] {
  const cells = afterEmulator(free, ask) ?? [];
  return ask.guestCells.flatMap((guest, at) => misfit(ask, guest, at, { ...free, cells }, around) ?? []);
}

/** The CPUs are free one by one; what keeps them from being a guest cell. */
function misfit(ask: RoomAsk, guest: AskCell, at: number, free: FreeRoom, around: Holders): string | undefined {
  const { named = [] } = guest;
  const { threadPolicy } = ask.demand;
  const homes = new Set(named.map((cpu) => free.shape.cellOfCpu[cpu] ?? -1));
  if (homes.size > 1) {
    const ids = [...homes].map((home) => free.cells[home]?.id).join(', ');
    return `CPUs ${named.join(', ')} of guest cell ${at} lie in cells ${ids}; a guest cell lies in one`;
  }
  const cores = free.cells.flatMap((cell) => cell.cores);
  if (namedPick(cores, named, threadPolicy) !== undefined) return undefined;
  const beside = named.flatMap((cpu) => siblings(free, cpu).map((sibling) => ({ cpu, sibling })));
  const taken = beside.flatMap(({ cpu, sibling }) => {
    const why = whyNotFree(free, sibling, around);
    return why === undefined ? [] : [`CPU ${sibling} beside CPU ${cpu} is ${why}`];
  });
  const asked = `thread policy ${threadPolicy} with CPUs ${named.join(', ')}`;
  if (taken.length > 0) return `${asked}: ${taken.join('; ')}`;
  return threadPolicy === 'isolate' ? `${asked}: two are on one core` : `${asked}: cores stay half used`;
}

const siblings = ({ host }: FreeRoom, cpu: number): readonly number[] =>
  host.facts.cells
    .flatMap((cell) => cell.cpus)
    .filter((one) => one.id === cpu)
    .flatMap((one) => one.siblings.filter((other) => other !== cpu));
