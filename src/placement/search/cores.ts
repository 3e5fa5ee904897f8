/**
 * Choosing CPUs among free cores. `prefer`: siblings together where there are any; `require`: whole cores, all threads
 * for this guest; `isolate`: one thread per core, its siblings kept idle. The emulator's own CPU is planned with them,
 * so that it neither breaks a core that the policy needs nor lands on a sibling of a vCPU under `isolate`. CPUs that
 * pinning rules name leave nothing to choose: they are there as the policy wants them, or they are not.
 */
import { isWhole } from '../../inventory/free.js';
import type { Core } from '../../inventory/shape.js';

export interface CpuWish {
  readonly count: number;
  readonly policy: 'prefer' | 'isolate' | 'require';
  readonly ownEmulatorCpu: boolean;
  /** The very CPUs, in vCPU order. */
  readonly named: readonly number[] | undefined;
}

export interface CpuPick {
  /** In vCPU order; siblings stand side by side. */
  readonly pinned: readonly number[];
  readonly idle: readonly number[];
  readonly emulator: number | undefined;
}

/** What the cores lack; `what` reads after a number. */
export interface CpuShortage {
  readonly needs: number;
  readonly has: number;
  readonly what: string;
}

/**
 * `siblings`: whole cores first for `prefer`, which guests like. `thrifty`: broken cores first, which leaves most to
 * others; no other choice leaves a later VNFC better off, so the search is complete with it.
 */
export type Thrift = 'siblings' | 'thrifty';

function cpusOf(cores: readonly Core[]): number {
  let count = 0;
  for (const core of cores) count += core.cpus.length;
  return count;
}

const withSiblings = (cores: readonly Core[]): readonly Core[] =>
  cores.filter((core) => core.threads > 1 && isWhole(core));

interface Tally {
  readonly free: number;
  readonly whole: number;
  /** Whole cores that have siblings, and their threads. */
  readonly paired: number;
  readonly pairedThreads: number;
}

function tally(cores: readonly Core[]): Tally {
  let [free, whole, paired, pairedThreads] = [0, 0, 0, 0];
  for (const core of cores) {
    free += core.cpus.length;
    if (!isWhole(core)) continue;
    whole += 1;
    if (core.threads === 1) continue;
    paired += 1;
    pairedThreads += core.threads;
  }
  return { free, whole, paired, pairedThreads };
}

/** What is missing, in numbers; undefined when `pickCpus` will find its CPUs. */
export function cpuShortage(cores: readonly Core[], wish: CpuWish): CpuShortage | undefined {
  if (wish.named !== undefined) return namedShortage(cores, wish.named, wish);
  const emulator = wish.ownEmulatorCpu ? 1 : 0;
  const { free, whole, paired, pairedThreads } = tally(cores);
  if (wish.count === 0 || wish.policy === 'prefer') {
    const needs = wish.count + emulator;
    const what = `free CPU${needs === 1 ? '' : 's'} to dedicate${emulator === 0 ? '' : ' (one for the emulator)'}`;
    return short(needs, free, what);
  }
  if (wish.policy === 'isolate') {
    const isolated = short(wish.count, whole, many(wish.count, 'whole core'));
    if (isolated !== undefined || emulator === 0) return isolated;
    const left = free - cpusOf(cores.filter(isWhole).slice(0, wish.count));
    return short(emulator, left, 'more free CPU for the emulator');
  }
  if (pairedThreads >= wish.count) return short(emulator, free - wish.count, 'more free CPU for the emulator');
  const threads = paired === 0 ? 2 : pairedThreads / paired;
  const needs = Math.ceil(wish.count / threads);
  const what = threads === 2 ? many(needs, 'sibling pair') : `${many(needs, 'whole core')} of ${threads} threads`;
  return { needs, has: paired, what };
}

const many = (count: number, one: string): string => (count === 1 ? one : `${one}s`);

const short = (needs: number, has: number, what: string): CpuShortage | undefined =>
  has < needs ? { needs, has, what } : undefined;

function namedShortage(cores: readonly Core[], named: readonly number[], wish: CpuWish): CpuShortage | undefined {
  const picked = namedPick(cores, named, wish.policy);
  if (picked === undefined) {
    const usable = named.filter((cpu) => cores.some((core) => isFor(core, wish.policy) && core.cpus.includes(cpu)));
    return { needs: named.length, has: Math.min(usable.length, named.length - 1), what: 'of the CPUs that are named' };
  }
  const spare = wish.policy === 'require' ? picked.idle.length : 0;
  const left = cpusOf(cores) - picked.pinned.length - picked.idle.length + spare;
  return short(wish.ownEmulatorCpu ? 1 : 0, left, 'more free CPU for the emulator');
}

const isFor = (core: Core, policy: CpuWish['policy']): boolean =>
  policy === 'prefer' || (isWhole(core) && (policy === 'isolate' || core.threads > 1));

/** Undefined when one of them is not free, or its core is not as the policy wants it. */
export function namedPick(
  cores: readonly Core[],
  named: readonly number[],
  policy: CpuWish['policy'],
): Picked | undefined {
  const homes = named.flatMap((cpu) => cores.find((core) => core.cpus.includes(cpu)) ?? []);
  if (homes.length !== named.length || !homes.every((core) => isFor(core, policy))) return undefined;
  if (policy === 'prefer') return { pinned: named, idle: [] };
  const taken = [...new Set(homes)];
  const idle = taken.flatMap((core) => core.cpus.filter((cpu) => !named.includes(cpu)));
  const isFull = policy === 'isolate' ? taken.length === named.length : idle.length < (taken[0]?.threads ?? 1);
  return isFull ? { pinned: named, idle } : undefined;
}

export function pickCpus(cores: readonly Core[], wish: CpuWish, thrift: Thrift): CpuPick | undefined {
  if (cpuShortage(cores, wish) !== undefined) return undefined;
  const named = wish.named === undefined ? undefined : namedPick(cores, wish.named, wish.policy);
  const picked = named ?? (wish.count === 0 ? nothing : picks[wish.policy](cores, wish.count, thrift));
  if (!wish.ownEmulatorCpu) return { ...picked, emulator: undefined };
  const taken = new Set([...picked.pinned, ...picked.idle]);
  const spare = wish.policy === 'require' ? picked.idle[0] : undefined;
  const emulator = spare ?? thriftyOrder(cores).find((cpu) => !taken.has(cpu));
  return { pinned: picked.pinned, idle: picked.idle.filter((cpu) => cpu !== emulator), emulator };
}

type Picked = Omit<CpuPick, 'emulator'>;

const nothing: Picked = { pinned: [], idle: [] };

const picks = {
  prefer: (cores: readonly Core[], count: number, thrift: Thrift): Picked => {
    const order = thrift === 'thrifty' ? thriftyOrder(cores) : siblingOrder(inOneCache(cores, count), count);
    return { pinned: order.slice(0, count), idle: [] };
  },
  isolate: (cores: readonly Core[], count: number): Picked => {
    const taken = oneCacheFirst(cores.filter(isWhole), (group) => group.length - count).slice(0, count);
    return {
      pinned: taken.map((core) => core.cpus[0] ?? -1),
      idle: taken.flatMap((core) => core.cpus.slice(1)),
    };
  },
  require: (cores: readonly Core[], count: number): Picked => {
    const taken: number[] = [];
    for (const core of oneCacheFirst(withSiblings(cores), (group) => cpusOf(group) - count)) {
      if (taken.length < count) taken.push(...core.cpus);
    }
    return { pinned: taken.slice(0, count), idle: taken.slice(count) };
  },
} as const;

/** Whether CPUs for the wish lie under one L3 cache; named ones lie where they lie. */
export function hasOneCache(cores: readonly Core[], { count, policy, named }: CpuWish): boolean {
  if (count < 2 || named !== undefined) return true;
  // Most cells have one cache: its sum needs no map.
  const first = cores[0]?.l3;
  let ofFirst = 0;
  let ofOthers: Map<number, number> | undefined;
  for (const core of cores) {
    const before = core.l3 === first ? ofFirst : (ofOthers?.get(core.l3) ?? 0);
    const sum = before + usable(core, policy);
    if (sum >= count) return true;
    if (core.l3 === first) ofFirst = sum;
    else (ofOthers ??= new Map<number, number>()).set(core.l3, sum);
  }
  return false;
}

/** vCPUs that a core can take. */
function usable(core: Core, policy: CpuWish['policy']): number {
  if (policy === 'prefer') return core.cpus.length;
  if (!isWhole(core)) return 0;
  return policy === 'isolate' ? 1 : core.threads > 1 ? core.threads : 0;
}

/** Broken cores first, the most broken before others, then whole ones. */
function thriftyOrder(cores: readonly Core[]): readonly number[] {
  const broken = cores.filter((core) => !isWhole(core)).toSorted((a, b) => a.cpus.length - b.cpus.length);
  return [...broken, ...cores.filter(isWhole)].flatMap((core) => core.cpus);
}

/** Whole cores while they are filled, then what is left over from broken ones. */
function siblingOrder(cores: readonly Core[], count: number): readonly number[] {
  const filled = filledCores(cores, count);
  const others = cores.filter((core) => !filled.includes(core));
  return [...filled.flatMap((core) => core.cpus), ...thriftyOrder(others)];
}

function filledCores(cores: readonly Core[], count: number): readonly Core[] {
  const filled: Core[] = [];
  let left = count;
  for (const core of oneCacheFirst(cores.filter(isWhole), (group) => cpusOf(group) - left)) {
    if (core.threads > left || core.threads === 1) continue;
    filled.push(core);
    left -= core.threads;
  }
  return filled;
}

const isOneCache = (cores: readonly Core[]): boolean => cores.every((core) => core.l3 === cores[0]?.l3);

const cacheGroups = (cores: readonly Core[]): readonly (readonly Core[])[] => [
  ...Map.groupBy(cores, (core) => core.l3).values(),
];

/**
 * The cores of one L3 cache that has CPUs enough, or all where none has: that which keeps most siblings together, then that
 * which breaks no whole core for what is left over, then that with least to spare.
 */
function inOneCache(cores: readonly Core[], count: number): readonly Core[] {
  if (isOneCache(cores)) return cores;
  const tallies = new Map<number, CacheTally>();
  for (const core of cores) {
    const of = tallies.get(core.l3) ?? { free: 0, whole: 0, broken: 0, threads: core.threads };
    const isBroken = !isWhole(core);
    of.free += core.cpus.length;
    of.whole += isBroken ? 0 : 1;
    of.broken += isBroken ? core.cpus.length : 0;
    tallies.set(core.l3, of);
  }
  let best: { readonly l3: number; readonly marks: readonly number[] } | undefined;
  for (const [l3, of] of tallies) {
    if (of.free < count) continue;
    const marks = marksOf(of, count);
    if (best === undefined || isLess(marks, best.marks)) best = { l3, marks };
  }
  return best === undefined ? cores : cores.filter((core) => core.l3 === best.l3);
}

/** Cores of one cache have as many threads each. */
interface CacheTally {
  free: number;
  whole: number;
  /** CPUs of cores that are not whole. */
  broken: number;
  readonly threads: number;
}

function marksOf({ free, whole, broken, threads }: CacheTally, count: number): readonly number[] {
  const paired = threads === 1 ? 0 : Math.min(whole, Math.floor(count / threads)) * threads;
  return [-paired, Math.max(0, count - paired - broken), free];
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((mark, place) => mark !== b[place]);
  return at !== -1 && (a[at] ?? 0) < (b[at] ?? 0);
}

/** Cores of the L3 cache that has enough and least to spare come first; those of the largest when none has. */
function oneCacheFirst(cores: readonly Core[], spare: (group: readonly Core[]) => number): readonly Core[] {
  if (isOneCache(cores)) return cores;
  const groups = cacheGroups(cores);
  const enough = groups.filter((group) => spare(group) >= 0).sort((a, b) => a.length - b.length);
  const rest = groups.filter((group) => spare(group) < 0).sort((a, b) => b.length - a.length);
  return [...enough, ...rest].flat();
}
