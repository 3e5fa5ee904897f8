/**
 * Choosing CPUs among free cores. `prefer`: siblings together where there are any; `require`: whole cores, all threads
 * for this guest; `isolate`: one thread per core, its siblings kept idle. The emulator's own CPU is planned with them,
 * so that it neither breaks a core that the policy needs nor lands on a sibling of a vCPU under `isolate`. CPUs that
 * pinning rules name leave nothing to choose: they are there as the policy wants them, or they are not.
 */
import { isWhole } from '../inventory/free.js';
import type { Core } from '../inventory/shape.js';

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
    const isolated = short(wish.count, whole, 'whole cores');
    if (isolated !== undefined || emulator === 0) return isolated;
    const left = free - cpusOf(cores.filter(isWhole).slice(0, wish.count));
    return short(emulator, left, 'more free CPU for the emulator');
  }
  if (pairedThreads >= wish.count) return short(emulator, free - wish.count, 'more free CPU for the emulator');
  const threads = paired === 0 ? 2 : pairedThreads / paired;
  const what = threads === 2 ? 'sibling pairs' : `whole cores of ${threads} threads`;
  return { needs: Math.ceil(wish.count / threads), has: paired, what };
}

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
    const order = thrift === 'thrifty' ? thriftyOrder(cores) : siblingOrder(cores, count);
    return { pinned: order.slice(0, count), idle: [] };
  },
  isolate: (cores: readonly Core[], count: number): Picked => {
    const taken = oneCacheFirst(cores.filter(isWhole), count).slice(0, count);
    return {
      pinned: taken.map((core) => core.cpus[0] ?? -1),
      idle: taken.flatMap((core) => core.cpus.slice(1)),
    };
  },
  require: (cores: readonly Core[], count: number): Picked => {
    const taken: number[] = [];
    for (const core of oneCacheFirst(withSiblings(cores), count)) {
      if (taken.length < count) taken.push(...core.cpus);
    }
    return { pinned: taken.slice(0, count), idle: taken.slice(count) };
  },
} as const;

/** Broken cores first, the most broken before others, then whole ones. */
function thriftyOrder(cores: readonly Core[]): readonly number[] {
  const broken = cores.filter((core) => !isWhole(core)).toSorted((a, b) => a.cpus.length - b.cpus.length);
  return [...broken, ...cores.filter(isWhole)].flatMap((core) => core.cpus);
}

/** Whole cores while they are filled, then what is left over from broken ones. */
function siblingOrder(cores: readonly Core[], count: number): readonly number[] {
  const filled: Core[] = [];
  let left = count;
  for (const core of oneCacheFirst(cores.filter(isWhole), count)) {
    if (core.threads > left || core.threads === 1) continue;
    filled.push(core);
    left -= core.threads;
  }
  const others = cores.filter((core) => !filled.includes(core));
  return [...filled.flatMap((core) => core.cpus), ...thriftyOrder(others)];
}

/** Cores of the smallest L3 group that holds them all come first; of the largest when none does. */
function oneCacheFirst(cores: readonly Core[], count: number): readonly Core[] {
  const first = cores[0];
  if (first === undefined || cores.every((core) => core.l3 === first.l3)) return cores;
  const groups = [...Map.groupBy(cores, (core) => core.l3).values()];
  const enough = groups.filter((group) => cpusOf(group) >= count).sort((a, b) => a.length - b.length);
  const rest = groups.filter((group) => cpusOf(group) < count).sort((a, b) => b.length - a.length);
  return [...enough, ...rest].flat();
}
