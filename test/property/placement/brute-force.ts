/**
 * A solver that knows nothing of Berth's: it tries every host, every host cell, every set of CPUs, every split of memory
 * and every function, and forgets nothing but states it has been in. Only for small fleets.
 */
import type { Host } from '../../../src/inventory/model.js';
import type { AffinityDemand, VnfcDemand } from '../../../src/placement/model.js';
import { isGivenAway, unitMiB, type Case } from './arbitraries.js';
import { diskWays, standingVolumes, type Volume } from './brute-pools.js';

interface HostState {
  readonly host: Host;
  /** Free dedicable CPUs. */
  readonly cpus: ReadonlySet<number>;
  readonly memory: readonly number[];
  /** By page size, then by cell. */
  readonly pages: Readonly<Record<string, readonly number[]>>;
  readonly functions: ReadonlySet<string>;
  /** Left of the link, by address of the card; those of unknown speed are not there. */
  readonly mbps: Readonly<Record<string, number>>;
  readonly shared: number;
  readonly sharedPerCell: readonly number[];
  /** By network. */
  readonly devices: Readonly<Record<string, number>>;
}

interface State {
  readonly hosts: readonly HostState[];
  /** Host of each demand so far. */
  readonly at: readonly number[];
  readonly volumes: readonly Volume[];
}

export function bruteForceFits({ hosts, claims, request }: Case): boolean {
  const start = { hosts: hosts.map((host) => initial(host, claims)), at: [], volumes: standingVolumes(claims) };
  return fitsFrom(start, request.demands, request.affinity, new Set());
}

function initial(host: Host, claims: Case['claims']): HostState {
  const own = claims.filter((claim) => claim.hostId === host.id);
  const keys = (kind: string) => new Set(own.filter((claim) => claim.kind === kind).map((claim) => claim.key));
  const sum = (kind: string, cell?: number) =>
    own
      .filter((claim) => claim.kind === kind && (cell === undefined || claim.cell === cell))
      .reduce((total, claim) => total + claim.amount, 0);
  const cpus = host.facts.cells.flatMap((cell) =>
    cell.cpus.flatMap((cpu) => (cpu.takenBy === undefined ? cpu.id : [])),
  );
  const reserved = host.reserved.sharedCpus;
  const pages = (cell: Host['facts']['cells'][number], size: number) =>
    cell.hugepages.find((pool) => pool.pageSizeKiB === size)?.total ?? 0;
  const sharedIn = (cell: Host['facts']['cells'][number]) =>
    cell.cpus.filter((cpu) => reserved.includes(cpu.id)).length;
  return {
    host,
    cpus: new Set(cpus.filter((cpu) => !reserved.includes(cpu) && !keys('cpu').has(String(cpu)))),
    memory: host.facts.cells.map(
      (cell) =>
        cell.memoryMiB -
        (cell.foreignMiB ?? 0) -
        2 * pages(cell, 2048) -
        1024 * pages(cell, oneGiB) -
        sum('memory', cell.id),
    ),
    pages: Object.fromEntries([2048, oneGiB].map((size) => [size, host.facts.cells.map((cell) => pages(cell, size))])),
    functions: new Set(host.facts.pciFunctions.map((one) => one.address).filter((one) => !keys('pci').has(one))),
    mbps: Object.fromEntries(
      host.facts.pciFunctions.flatMap(({ address, linkMbps }) => {
        const taken = own.filter((claim) => claim.kind === 'bandwidth' && claim.key === address);
        return linkMbps === undefined ? [] : [[address, taken.reduce((left, claim) => left - claim.amount, linkMbps)]];
      }),
    ),
    devices: Object.fromEntries(
      host.facts.networks.map(({ name, devices = Infinity }) => {
        const taken = own.filter(({ kind, key }) => kind === 'network' && key === name);
        return [name, taken.reduce((left, claim) => left - claim.amount, devices)];
      }),
    ),
    shared: reserved.length * host.sharedCpuRatio,
    sharedPerCell: host.facts.cells.map((cell) => sharedIn(cell) * host.sharedCpuRatio),
  };
}

type Rules = readonly AffinityDemand[];

function fitsFrom(state: State, demands: readonly VnfcDemand[], rules: Rules, seen: Set<string>): boolean {
  const demand = demands[state.at.length];
  if (demand === undefined) return true;
  const key = stateKey(state);
  if (seen.has(key)) return false;
  seen.add(key);
  return state.hosts.some((host, index) => {
    if (!isAllowed(state, demand, index, demands, rules)) return false;
    const all = state.hosts.map((one) => one.host);
    const disks = diskWays(all, state.volumes, host.host, demand);
    for (const after of disks.length === 0 ? [] : waysOn(host, demand)) {
      for (const volumes of disks) {
        const next = { hosts: state.hosts.with(index, after), at: [...state.at, index], volumes };
        if (fitsFrom(next, demands, rules, seen)) return true;
      }
    }
    return false;
  });
}

const stateKey = (state: State): string =>
  JSON.stringify([
    state.at,
    state.volumes,
    state.hosts.map((one) => [
      [...one.cpus],
      one.memory,
      one.pages,
      [...one.functions],
      one.mbps,
      one.shared,
      one.sharedPerCell,
      one.devices,
    ]),
  ]);

function isAllowed(
  state: State,
  demand: VnfcDemand,
  index: number,
  demands: readonly VnfcDemand[],
  rules: Rules,
): boolean {
  const host = state.hosts[index]!.host;
  if (host.adminState !== 'active' || !host.reachable) return false;
  if (demand.zone !== undefined && demand.zone !== host.zone) return false;
  if (!demand.networks.every((name) => host.facts.networks.some((one) => one.name === name))) return false;
  return rules
    .filter((rule) => !rule.bestEffort && rule.vnfcIds.includes(demand.vnfcId))
    .every((rule) => {
      const placed = state.hosts.filter((one) => rule.placed.includes(one.host.id));
      const put = state.at.filter((_, at) => rule.vnfcIds.includes(demands[at]!.vnfcId)).map((at) => state.hosts[at]!);
      const others = [...placed, ...put].map((one) => areaOf(rule, one.host));
      if (others.length === 0) return true;
      return others.includes(areaOf(rule, host)) === (rule.kind === 'affinity');
    });
}

/** Zones are named `group/zone`. */
const areaOf = ({ scope }: AffinityDemand, { id, zone }: Host): string =>
  ({ nfvi_node: id, zone, zone_group: zone.split('/')[0] ?? '' })[scope];

function* subsets(from: readonly number[], size: number): Generator<readonly number[]> {
  if (size === 0) yield [];
  else
    for (let at = 0; at + size <= from.length; at += 1)
      for (const rest of subsets(from.slice(at + 1), size - 1)) yield [from[at]!, ...rest];
}

/** Sets of CPUs to claim for `count` vCPUs of one guest cell out of `from`, by the words of the thread policy. */
function* cpuSets(
  host: HostState,
  from: readonly number[],
  count: number,
  policy: VnfcDemand['threadPolicy'],
): Generator<{ readonly claimed: readonly number[]; readonly idle: readonly number[] }> {
  const siblings = (cpu: number) =>
    host.host.facts.cells.flatMap((cell) => cell.cpus).find((one) => one.id === cpu)!.siblings;
  for (const pinned of subsets(from, count)) {
    const cores = [...new Set(pinned.map((cpu) => JSON.stringify(siblings(cpu))))].map(
      (text) => JSON.parse(text) as number[],
    );
    const whole = cores.every((core) => core.every((cpu) => host.cpus.has(cpu)));
    const idle = cores.flat().filter((cpu) => !pinned.includes(cpu));
    if (policy === 'prefer' || count === 0) yield { claimed: pinned, idle: [] };
    else if (policy === 'isolate' && whole && cores.length === count) yield { claimed: [...pinned, ...idle], idle: [] };
    else if (policy === 'require' && whole && cores.every((core) => core.length > 1) && idle.length < cores[0]!.length)
      yield { claimed: [...pinned, ...idle], idle };
  }
}

const oneGiB = 1_048_576;

interface GuestCell {
  /** Its own page size, `plain` when another cell has one. */
  readonly size: number | 'plain' | undefined;
  readonly named: readonly number[] | undefined;
  readonly dedicated: number;
  readonly shared: number;
  readonly memoryMiB: number;
  readonly isFirst: boolean;
}

function guestCellsOf(demand: VnfcDemand): readonly GuestCell[] {
  const count = demand.vcpus - demand.dedicatedVcpus;
  const shared = new Set(demand.sharedVcpus ?? Array.from({ length: count }, (_, vcpu) => vcpu));
  const names = [...(demand.hostCpus ?? [])];
  const isSplit = demand.guestCells.some((cell) => cell.pageSizeKiB !== undefined);
  let vcpu = 0;
  return demand.guestCells.map((cell, at) => {
    let here = 0;
    for (const end = vcpu + cell.vcpus; vcpu < end; vcpu += 1) here += shared.has(vcpu) ? 1 : 0;
    const dedicated = cell.vcpus - here;
    const named = demand.hostCpus === undefined ? undefined : names.splice(0, dedicated);
    const size = isSplit ? (cell.pageSizeKiB ?? ('plain' as const)) : undefined;
    return { size, named, shared: here, dedicated, memoryMiB: cell.memoryMiB, isFirst: at === 0 };
  });
}

/** The host without the CPUs named for the emulator alone; undefined when one of them is neither free nor reserved. */
function withoutEmulator(host: HostState, demand: VnfcDemand): HostState | undefined {
  const { sharedCpus } = host.host.reserved;
  const own = (demand.emulatorCpus ?? []).filter((cpu) => !demand.hostCpus?.includes(cpu) && !sharedCpus.includes(cpu));
  if (!own.every((cpu) => host.cpus.has(cpu))) return undefined;
  return { ...host, cpus: new Set([...host.cpus].filter((cpu) => !own.includes(cpu))) };
}

/** Every state of the host after it took the VNFC. */
function* waysOn(host: HostState, demand: VnfcDemand): Generator<HostState> {
  const shared = demand.vcpus - demand.dedicatedVcpus;
  if (host.shared < shared) return;
  const rest = withoutEmulator(host, demand);
  if (rest === undefined) return;
  const joins = (name: string) => demand.networkJoins?.[name] ?? 1;
  if (demand.networks.some((name) => (host.devices[name] ?? 0) < joins(name))) return;
  const taken = demand.networks.map((name) => [name, (host.devices[name] ?? 0) - joins(name)]);
  const devices = { ...host.devices, ...(Object.fromEntries(taken) as Record<string, number>) };
  const based = { ...rest, devices, shared: host.shared - shared };
  const sizes = { small: [0], any: [oneGiB, 2048, 0] }[demand.pageSize as 'small' | 'any'] ?? [
    demand.pageSize as number,
  ];
  for (const size of sizes) {
    for (const laid of layCells(based, demand, guestCellsOf(demand), size, [])) {
      yield* functionsOn(laid.host, demand, laid.cells);
    }
  }
}

function* layCells(
  host: HostState,
  demand: VnfcDemand,
  guests: readonly GuestCell[],
  size: number,
  cells: readonly number[],
): Generator<{ readonly host: HostState; readonly cells: readonly number[] }> {
  const guest = guests[cells.length];
  if (guest === undefined) {
    yield { host, cells };
    return;
  }
  const isTied = demand.numaStrict || demand.pciFunctions.some((one) => one.cellPolicy === 'required');
  for (const cell of host.host.facts.cells.keys()) {
    for (const withMemory of memoryWays(host, guest, cell, size, isTied)) {
      for (const withCpus of cpuWays(withMemory, demand, guest, cell, isTied)) {
        yield* layCells(withCpus, demand, guests, size, [...cells, cell]);
      }
    }
  }
}

function* memoryWays(
  host: HostState,
  guest: GuestCell,
  cell: number,
  uniform: number,
  isTied: boolean,
): Generator<HostState> {
  const units = guest.memoryMiB / unitMiB;
  const size = guest.size === 'plain' ? 0 : (guest.size ?? uniform);
  if (size > 0) {
    const pages = (guest.memoryMiB * 1024) / size;
    const left = (host.pages[size]?.[cell] ?? 0) - pages;
    if (left >= 0 && Number.isInteger(pages))
      yield { ...host, pages: { ...host.pages, [size]: host.pages[size]!.with(cell, left) } };
  } else if (isTied) {
    if (host.memory[cell]! >= guest.memoryMiB)
      yield { ...host, memory: host.memory.with(cell, host.memory[cell]! - guest.memoryMiB) };
  } else {
    for (let here = 0; here <= units; here += 1) {
      const first = here * unitMiB;
      const split = host.memory.map((free, at) => free - (at === 0 ? first : at === 1 ? guest.memoryMiB - first : 0));
      if (split.every((free) => free >= 0) && (host.memory.length > 1 || here === units))
        yield { ...host, memory: split };
    }
  }
}

function* cpuWays(
  host: HostState,
  demand: VnfcDemand,
  guest: GuestCell,
  cell: number,
  isTied: boolean,
): Generator<HostState> {
  const inCell = new Set(host.host.facts.cells[cell]!.cpus.map((cpu) => cpu.id));
  const from = [...host.cpus].filter((cpu) => !isTied || inCell.has(cpu));
  const isCellShared = isTied && demand.sharedVcpuScope !== 'host' && demand.numaStrict;
  if (isCellShared && host.sharedPerCell[cell]! < guest.shared) return;
  const sharedPerCell = isCellShared
    ? host.sharedPerCell.with(cell, host.sharedPerCell[cell]! - guest.shared)
    : host.sharedPerCell;
  const among = guest.named === undefined ? from : from.filter((cpu) => guest.named?.includes(cpu));
  for (const { claimed, idle } of cpuSets(host, among, guest.dedicated, demand.threadPolicy)) {
    const left = new Set([...host.cpus].filter((cpu) => !claimed.includes(cpu)));
    const after = { ...host, cpus: left, sharedPerCell };
    if (demand.emulatorPolicy !== 'isolated' || !guest.isFirst || idle.length > 0) yield after;
    else
      for (const own of from.filter((cpu) => left.has(cpu))) {
        yield { ...after, cpus: new Set([...left].filter((cpu) => cpu !== own)) };
      }
  }
}

/** Every way to give functions, one demand after the other. */
function* functionsOn(host: HostState, demand: VnfcDemand, cells: readonly number[], nth = 0): Generator<HostState> {
  const wish = demand.pciFunctions[nth];
  if (wish === undefined) {
    yield host;
    return;
  }
  for (const one of host.host.facts.pciFunctions) {
    const isFree = host.functions.has(one.address);
    const isNear = one.cell !== undefined && cells.includes(one.cell);
    const family = host.host.facts.pciFunctions.filter((other) =>
      one.kind === 'pf' ? other.parent === one.address : other.address === one.parent,
    );
    const isWhole = family.every((other) => host.functions.has(other.address));
    if (!isFree || !isWhole || one.kind !== wish.kind || !isGivenAway(one, host.host.facts.pciFunctions)) continue;
    if (wish.physicalNetwork !== undefined && wish.physicalNetwork !== one.physicalNetwork) continue;
    if (wish.cellPolicy === 'required' && !isNear) continue;
    if (wish.trusted === true && !one.trustCapable) continue;
    const rest = (host.mbps[one.parent ?? ''] ?? Infinity) - (wish.bitrateMbps ?? 0);
    if (wish.bitrateMbps !== undefined && rest < 0) continue;
    const functions = new Set([...host.functions].filter((address) => address !== one.address));
    const mbps = one.parent !== undefined && one.parent in host.mbps ? { ...host.mbps, [one.parent]: rest } : host.mbps;
    yield* functionsOn({ ...host, functions, mbps }, demand, cells, nth + 1);
  }
}
