/**
 * Less of one thing: just as much less as the host that lacks least of it. A guest of several cells gives up where it
 * lacks.
 */
import type { ResourceKind } from '../../inventory/model.js';
import { pageSizeText } from '../../inventory/page-size.js';
import { fixedPageSizeKiB } from '../question/ask.js';
import type { Miss } from './miss.js';
import type { VnfcDemand } from '../model.js';
import { forVdu, type Relaxation } from './relaxation.js';
import type { Shortage } from './shortage.js';

export function amounts(subject: VnfcDemand, misses: readonly Miss[]): readonly Relaxation[] {
  return [
    ...fewerPages(subject, misses),
    ...lessMemory(subject, misses),
    ...(subject.cpuPolicy === 'dedicated' && subject.hostCpus === undefined ? fewerVcpus(subject, misses, 'cpu') : []),
    ...(subject.cpuPolicy === 'shared' ? fewerVcpus(subject, misses, 'shared-vcpu') : []),
    ...lessDisk(subject, misses),
  ];
}

/** What guest cells lack together in one place. */
interface Lack {
  readonly guests: readonly number[];
  readonly short: Shortage;
}

const missing = ({ short }: Lack): number => short.needs - short.has;

/**
 * Of the host that lacks least, hosts that lack nothing else before others; undefined when none lacks it, or there is
 * nothing of it.
 */
function leastLack(misses: readonly Miss[], resource: ResourceKind): readonly Lack[] | undefined {
  const lacksElse = ({ standing, shortages }: Miss) =>
    standing.length > 0 || shortages.some((short) => short.resource !== resource);
  const total = (lacks: readonly Lack[]) => lacks.reduce((sum, lack) => sum + missing(lack), 0);
  const [least] = misses
    .map((miss) => ({ lacks: lacksOf(miss, resource), rank: Number(lacksElse(miss)) }))
    .filter(({ lacks }) => lacks.length > 0 && lacks.every(({ short }) => short.has > 0))
    .sort((a, b) => a.rank - b.rank || total(a.lacks) - total(b.lacks));
  return least?.lacks;
}

/** In its cells where they are told, else on the host as a whole. */
function lacksOf({ spots, ask }: Miss, resource: ResourceKind): readonly Lack[] {
  const lacks = spots.flatMap(({ guests, shortages }) =>
    shortages.filter((short) => short.resource === resource).map((short) => ({ guests, short })),
  );
  const inCells = lacks.filter(({ guests }) => guests.length > 0);
  return inCells.length > 0 ? inCells : lacks.map((lack) => ({ ...lack, guests: [...ask.guestCells.keys()] }));
}

/** How much each guest cell gives up: what its place lacks, in even parts. */
function givenUp(cells: number, lacks: readonly Lack[], perUnit: (lack: Lack) => number): readonly number[] {
  const less = new Array<number>(cells).fill(0);
  for (const lack of lacks) {
    let left = missing(lack) * perUnit(lack);
    lack.guests.forEach((guest, at) => {
      const part = Math.ceil(left / (lack.guests.length - at));
      less[guest] = (less[guest] ?? 0) + part;
      left -= part;
    });
  }
  return less;
}

type GuestCell = VnfcDemand['guestCells'][number];

const cellsOf = ({ guestCells, vcpus, memoryMiB }: VnfcDemand): readonly GuestCell[] =>
  guestCells.length === 0 ? [{ vcpus, memoryMiB }] : guestCells;

const once = (): number => 1;

function fewerPages(subject: VnfcDemand, misses: readonly Miss[]): readonly Relaxation[] {
  const sizeKiB = fixedPageSizeKiB(subject);
  const lacks = leastLack(misses, 'hugepages');
  const isWhole = cellsOf(subject).every(({ memoryMiB }) => Number.isInteger((memoryMiB * 1024) / (sizeKiB ?? 1)));
  if (sizeKiB === undefined || lacks === undefined || !isWhole) return [];
  const less = givenUp(cellsOf(subject).length, lacks, once);
  const unit = (count: number) => `${count} fewer page${count === 1 ? '' : 's'} of ${pageSizeText(sizeKiB)}`;
  return withLessMemory(
    subject,
    textOf(less, unit),
    less.map((pages) => (pages * sizeKiB) / 1024),
  );
}

function lessMemory(subject: VnfcDemand, misses: readonly Miss[]): readonly Relaxation[] {
  const lacks = leastLack(misses, 'memory');
  if (lacks === undefined) return [];
  const less = givenUp(cellsOf(subject).length, lacks, once);
  const text = textOf(less, (count) => `${count} MiB less memory`);
  return withLessMemory(subject, text, less);
}

/** `12 MiB less memory`; with several guest cells it names the cell. */
function textOf(less: readonly number[], unit: (count: number) => string): string {
  const parts = less.flatMap((count, guest) => {
    if (count === 0) return [];
    return [less.length === 1 ? unit(count) : `${unit(count)} in guest cell ${guest}`];
  });
  return parts.join(' and ');
}

function withLessMemory(subject: VnfcDemand, text: string, lessMiB: readonly number[]): readonly Relaxation[] {
  const cells = cellsOf(subject).map((cell, at) => ({ ...cell, memoryMiB: cell.memoryMiB - (lessMiB[at] ?? 0) }));
  const memoryMiB = cells.reduce((sum, cell) => sum + cell.memoryMiB, 0);
  if (cells.some((cell) => cell.memoryMiB <= 0)) return [];
  const told = { dimension: 'memory', text, size: 1 - memoryMiB / subject.memoryMiB, place: 'cell' } as const;
  return [forVdu(subject, told, (one) => ({ ...one, memoryMiB, guestCells: cells }))];
}

function fewerVcpus(subject: VnfcDemand, misses: readonly Miss[], resource: ResourceKind): readonly Relaxation[] {
  const lacks = leastLack(misses, resource);
  const before = cellsOf(subject);
  if (lacks === undefined) return [];
  // Under `require` the shortage counts whole cores, so a core's worth of vCPUs goes with each.
  const perCore = ({ guests, short }: Lack) =>
    Math.ceil(guests.reduce((sum, guest) => sum + (before[guest]?.vcpus ?? 0), 0) / Math.max(1, short.needs));
  const less = givenUp(before.length, lacks, subject.threadPolicy === 'require' ? perCore : once);
  const cells = before.map((cell, at) => ({ ...cell, vcpus: cell.vcpus - (less[at] ?? 0) }));
  if (cells.some((cell) => cell.vcpus <= 0)) return [];
  const vcpus = cells.reduce((sum, cell) => sum + cell.vcpus, 0);
  const text = textOf(less, (count) => `${count} fewer vCPU${count === 1 ? '' : 's'}`);
  const told = { dimension: 'vcpus', text, size: 1 - vcpus / subject.vcpus, place: 'cell' } as const;
  const dedicatedVcpus = subject.cpuPolicy === 'dedicated' ? vcpus : 0;
  return [forVdu(subject, told, (one) => ({ ...one, vcpus, dedicatedVcpus, guestCells: cells }))];
}

function lessDisk(subject: VnfcDemand, misses: readonly Miss[]): readonly Relaxation[] {
  const [lack] = leastLack(misses, 'disk') ?? [];
  const less = lack === undefined ? 0 : missing(lack);
  if (less === 0 || less >= subject.diskMiB) return [];
  const told = {
    dimension: 'disk',
    text: `${less} MiB less disk`,
    size: less / subject.diskMiB,
    place: 'host',
  } as const;
  return [forVdu(subject, told, (one) => ({ ...one, diskMiB: one.diskMiB - less }))];
}
