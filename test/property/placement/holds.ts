/**
 * Whether an answer keeps every promise, checked against the hosts themselves: the sentences returned are what it breaks.
 */
import { claimsOf } from '../../../src/inventory/claims.js';
import { exceeds } from '../../../src/inventory/capacity-conflict.js';
import type { Claim, Host } from '../../../src/inventory/model.js';
import type { PlacementRequest, VnfcDemand, VnfcPlacement } from '../../../src/placement/model.js';
import { opOccId } from '../../../src/shared/ids.js';
import { leftMiB, standingVolumes } from './brute-pools.js';
import { isGivenAway, type Case } from './arbitraries.js';

export function claimsOfAll(request: PlacementRequest, placements: readonly VnfcPlacement[]): readonly Claim[] {
  return placements.flatMap((berth) => claimsOf(berth, demandOf(request, berth), opOccId('new')));
}

const demandOf = (request: PlacementRequest, berth: VnfcPlacement): VnfcDemand =>
  request.demands.find((one) => one.vnfcId === berth.vnfcId)!;

export function brokenPromises(
  { hosts, claims, request }: Case,
  placements: readonly VnfcPlacement[],
): readonly string[] {
  const added = claimsOfAll(request, placements);
  const hostOf = (berth: VnfcPlacement) => hosts.find((host) => host.id === berth.hostId)!;
  const everybody = request.demands.length === placements.length ? [] : ['not every VNFC is placed'];
  return [
    ...everybody,
    ...hosts.flatMap((host) => exceeds(host, claims, added) ?? []),
    ...hosts.flatMap((host) => linksExceeded(host, [...claims, ...added])),
    ...storageExceeded(hosts, claims, added),
    ...(ratesOf(request) === bandwidthOf(placements) ? [] : ['bit rates are not claimed']),
    ...placements.flatMap((berth) => berthBreaks(hostOf(berth), demandOf(request, berth), berth)),
    ...affinityBreaks(hosts, request, placements),
  ];
}

/** Of pools that something was added to: what all hosts together put on a file system. */
function storageExceeded(hosts: readonly Host[], claims: readonly Claim[], added: readonly Claim[]): readonly string[] {
  const volumes = standingVolumes([...claims, ...added]);
  return hosts.flatMap((host) =>
    host.facts.pools.flatMap((pool) => {
      const isNew = added.some(({ hostId, kind, key }) => hostId === host.id && kind === 'disk' && key === pool.name);
      const left = leftMiB(hosts, volumes, host, pool);
      return isNew && left < 0
        ? [`${host.id}: pool ${pool.name} is filled beyond its room by ${String(-left)} MiB`]
        : [];
    }),
  );
}

function linksExceeded(host: Host, claims: readonly Claim[]): readonly string[] {
  return host.facts.pciFunctions.flatMap(({ address, linkMbps = Infinity }) => {
    const own = claims.filter(({ hostId, kind, key }) => hostId === host.id && kind === 'bandwidth' && key === address);
    const taken = own.reduce((sum, claim) => sum + claim.amount, 0);
    const isNew = own.some((claim) => claim.opOccId === opOccId('new'));
    return taken > linkMbps && isNew ? [`${host.id}: ${String(taken)} Mbit/s on ${address}`] : [];
  });
}

const ratesOf = ({ demands }: PlacementRequest): number =>
  demands.flatMap((one) => one.pciFunctions).reduce((sum, wish) => sum + (wish.bitrateMbps ?? 0), 0);

const bandwidthOf = (placements: readonly VnfcPlacement[]): number =>
  placements.flatMap((berth) => berth.pciFunctions).reduce((sum, one) => sum + (one.bandwidth?.mbps ?? 0), 0);

function berthBreaks(host: Host, demand: VnfcDemand, berth: VnfcPlacement): readonly string[] {
  const { cells } = berth;
  const cellOf = (cpu: number) => host.facts.cells.find((cell) => cell.cpus.some((one) => one.id === cpu))?.id;
  const sum = (of: (cell: (typeof cells)[number]) => number) => cells.reduce((total, cell) => total + of(cell), 0);
  const sizes = cells.every(
    ({ pages, memoryMiB, pageSizeKiB = berth.pageSizeKiB }) => pages === (memoryMiB * 1024) / (pageSizeKiB ?? Infinity),
  );
  const isSplit = demand.guestCells.some((cell) => cell.pageSizeKiB !== undefined);
  const emulatorCpus = new Set(berth.emulatorCpus);
  const vcpuCpus = cells.flatMap((cell) => [...cell.pinnedCpus, ...cell.idleCpus]);
  const checks: readonly (readonly [string, boolean])[] = [
    ['host state', host.adminState === 'active' && host.reachable],
    ['zone', demand.zone === undefined || demand.zone === host.zone],
    ['networks', demand.networks.every((name) => host.facts.networks.some((one) => one.name === name))],
    ['vCPUs', sum((cell) => cell.vcpus) === demand.vcpus],
    ['dedicated vCPUs', sum((cell) => cell.pinnedCpus.length) === demand.dedicatedVcpus],
    ['memory', sum((cell) => cell.memoryMiB) === demand.memoryMiB],
    [
      'memory shares',
      cells.every((cell) => cell.memoryShares.reduce((a, one) => a + one.memoryMiB, 0) === cell.memoryMiB),
    ],
    ['whole pages', sizes],
    ['page sizes of guest cells', !isSplit || (berth.pageSizeKiB === undefined && sameSizes(demand, berth))],
    ['page size', isSplit || typeof demand.pageSize !== 'number' || berth.pageSizeKiB === demand.pageSize],
    ['plain memory', demand.pageSize !== 'small' || berth.pageSizeKiB === undefined],
    [
      'one cell',
      !demand.numaStrict || cells.every((cell) => cell.pinnedCpus.every((cpu) => cellOf(cpu) === cell.hostCell)),
    ],
    ['one memory cell', !demand.numaStrict || cells.every((cell) => cell.memoryShares.length === 1)],
    ['threads', cells.every((cell) => threadsHold(host, demand, cell))],
    [
      'emulator',
      demand.emulatorPolicy !== 'isolated' ||
        (emulatorCpus.size === 1 && !vcpuCpus.some((cpu) => emulatorCpus.has(cpu))),
    ],
    [
      'named CPUs',
      demand.hostCpus === undefined ||
        sameList(
          cells.flatMap((cell) => cell.pinnedCpus),
          demand.hostCpus,
        ),
    ],
    ['named emulator', demand.emulatorCpus === undefined || sameList(berth.emulatorCpus, demand.emulatorCpus)],
    ['own emulator', sameList(berth.ownEmulatorCpus, ownEmulatorCpus(host, demand, berth))],
    ['real time', realtimeHolds(demand, berth)],
    ['shared CPUs', demand.dedicatedVcpus === demand.vcpus || berth.sharedCpus.length > 0],
    ['reserved', berth.sharedCpus.every((cpu) => host.reserved.sharedCpus.includes(cpu))],
    ['functions', functionsHold(host, demand, berth)],
    ['devices of networks', devicesHold(host, demand, berth)],
  ];
  return checks.filter(([, holds]) => !holds).map(([name]) => `${berth.vnfcId}: ${name}`);
}

function devicesHold({ facts }: Host, demand: VnfcDemand, { networkDevices = {} }: VnfcPlacement): boolean {
  const one = facts.networks.filter(({ name, devices }) => devices !== undefined && demand.networks.includes(name));
  return one.every(({ name }) => networkDevices[name] === (demand.networkJoins?.[name] ?? 1));
}

const sameSizes = (demand: VnfcDemand, { cells }: VnfcPlacement): boolean =>
  demand.guestCells.every((cell, at) => cell.pageSizeKiB === cells[at]?.pageSizeKiB);

/** Of the CPUs that QEMU's own threads are isolated on, or that are named for them, those that nobody else may use. */
function ownEmulatorCpus(host: Host, demand: VnfcDemand, { emulatorCpus }: VnfcPlacement): readonly number[] {
  if (demand.emulatorPolicy === 'isolated') return emulatorCpus;
  const shared = [...host.reserved.sharedCpus, ...(demand.hostCpus ?? [])];
  return demand.emulatorPolicy === 'named' ? emulatorCpus.filter((cpu) => !shared.includes(cpu)) : [];
}

const sameList = (a: readonly number[], b: readonly number[]): boolean => String(a) === String(b);

/** QEMU's own threads are kept off real-time vCPUs, unless their CPU was named. All of those generated are dedicated. */
function realtimeHolds({ realtimeVcpus = [], vcpus, emulatorPolicy }: VnfcDemand, berth: VnfcPlacement): boolean {
  const pinned = berth.cells.flatMap((cell) => cell.pinnedCpus);
  const realtime = realtimeVcpus.map((vcpu) => pinned[vcpu] ?? -1);
  return emulatorPolicy === 'named' || vcpus === 1 || !berth.emulatorCpus.some((cpu) => realtime.includes(cpu));
}

function threadsHold(host: Host, demand: VnfcDemand, cell: VnfcPlacement['cells'][number]): boolean {
  const all = host.facts.cells.flatMap((one) => one.cpus);
  const siblings = (cpu: number) => all.find((one) => one.id === cpu)?.siblings ?? [];
  const own = [...cell.pinnedCpus, ...cell.idleCpus];
  const alone = cell.pinnedCpus.every((cpu) =>
    siblings(cpu).every((one) => one === cpu || cell.idleCpus.includes(one)),
  );
  const together = cell.pinnedCpus.every((cpu) => siblings(cpu).length > 1);
  if (demand.threadPolicy === 'isolate') return alone;
  if (demand.threadPolicy === 'require') {
    // An idle sibling of the last core may serve this guest's emulator.
    const strangers = cell.pinnedCpus.flatMap(siblings).filter((cpu) => !own.includes(cpu));
    return together && new Set(strangers).size <= (demand.emulatorPolicy === 'isolated' ? 1 : 0);
  }
  return cell.idleCpus.length === 0;
}

function functionsHold(host: Host, demand: VnfcDemand, berth: VnfcPlacement): boolean {
  const near = new Set(berth.cells.map((cell) => cell.hostCell));
  return demand.pciFunctions.every((wish, at) => {
    const pick = berth.pciFunctions[at];
    const one = host.facts.pciFunctions.find((other) => other.address === pick?.address);
    if (one === undefined || pick?.cpdId !== wish.cpdId || one.kind !== wish.kind) return false;
    if (!isGivenAway(one, host.facts.pciFunctions)) return false;
    if (wish.physicalNetwork !== undefined && one.physicalNetwork !== wish.physicalNetwork) return false;
    if (wish.trusted === true && !one.trustCapable) return false;
    return wish.cellPolicy !== 'required' || (one.cell !== undefined && near.has(one.cell));
  });
}

function affinityBreaks(
  hosts: readonly Host[],
  request: PlacementRequest,
  placements: readonly VnfcPlacement[],
): readonly string[] {
  const zoneOf = (id: string) => hosts.find((host) => host.id === id)?.zone ?? '';
  return request.affinity
    .filter((rule) => !rule.bestEffort)
    .filter((rule) => {
      const own = placements.filter((berth) => rule.vnfcIds.includes(berth.vnfcId)).map((berth) => berth.hostId);
      if (own.length === 0) return false;
      const places = [...own, ...rule.placed].map(
        (id) => ({ nfvi_node: id, zone: zoneOf(id), zone_group: zoneOf(id).split('/')[0] })[rule.scope],
      );
      const distinct = new Set(places).size;
      return rule.kind === 'affinity' ? distinct > 1 : distinct < places.length;
    })
    .map((rule) => `rule ${rule.id}`);
}
