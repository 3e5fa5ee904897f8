/**
 * Small fleets with claims and questions over them, for properties and for the brute-force solver: amounts are multiples
 * of 512 MiB so that every split of memory can be tried.
 */
import fc from 'fast-check';
import type { Claim, Host, HostFacts, PciFunction } from '../../../src/inventory/model.js';
import type { PciDemand } from '../../../src/inventory/resources/held.js';
import type { AffinityDemand, PlacementRequest, VnfcDemand } from '../../../src/placement/model.js';
import { allocationId, opOccId, vnfcId, vnfInstanceId } from '../../../src/shared/ids.js';
import { card, demand, host, inGroup, isolated, linked } from '../../builders/placement.js';

export const unitMiB = 512;

export interface Case {
  readonly hosts: readonly Host[];
  readonly claims: readonly Claim[];
  readonly request: PlacementRequest;
}

/** How IOMMU groups lie over cards: unknown, one for each function, for each card, for the VFs of a card, for both PFs. */
const grouping = {
  unknown: (all: readonly PciFunction[]) => all,
  isolated,
  cards: (all: readonly PciFunction[]) => all.map((one) => ({ ...one, iommuGroup: Number(one.address.slice(5, 7)) })),
  vfs: (all: readonly PciFunction[]) =>
    isolated(all).map((one) => (one.kind === 'vf' ? { ...one, iommuGroup: 1 } : one)),
  pfs: (all: readonly PciFunction[]) =>
    isolated(all).map((one) => (one.kind === 'pf' ? { ...one, iommuGroup: 1 } : one)),
  'one for all': (all: readonly PciFunction[]) => inGroup(1, all),
} as const;

/** Whether nobody else uses it, and nothing else is in its IOMMU group. */
export const isGivenAway = (one: PciFunction, all: readonly PciFunction[]): boolean =>
  one.takenBy === undefined && isAlone(one, all);

const isAlone = (one: PciFunction, all: readonly PciFunction[]): boolean =>
  one.iommuGroup === undefined || all.filter((other) => other.iommuGroup === one.iommuGroup).length === 1;

const rated = (linkMbps: number | undefined, functions: readonly PciFunction[]): readonly PciFunction[] =>
  linkMbps === undefined ? functions : linked(linkMbps, functions);

const untrusted = (one: PciFunction): PciFunction => ({ ...one, trustCapable: false });

/** What others use: CPU numbers, positions of functions, and units of plain memory of the first cell. */
const othersArb = fc.record({
  cpus: fc.subarray([0, 1, 2, 3, 4, 5, 9, 10]),
  functions: fc.subarray([0, 1, 2, 3, 4]),
  memoryUnits: fc.constantFrom(0, 1, 2),
});
const nobody: Others = { cpus: [], functions: [], memoryUnits: 0 };
type Others = typeof othersArb extends fc.Arbitrary<infer T> ? T : never;

const taken = (facts: HostFacts, { cpus, functions, memoryUnits }: Others): HostFacts => ({
  ...facts,
  cells: facts.cells.map((cell, at) => ({
    ...cell,
    cpus: cell.cpus.map((cpu) => (cpus.includes(cpu.id) ? { ...cpu, takenBy: 'domain x is pinned to it' } : cpu)),
    ...(at === 0 && memoryUnits > 0 && { foreignMiB: memoryUnits * unitMiB }),
  })),
  pciFunctions: facts.pciFunctions.map((one, at) =>
    functions.includes(at) ? { ...one, takenBy: 'domain x holds it' } : one,
  ),
});

const hostArb = (name: string): fc.Arbitrary<Host> =>
  fc
    .record({
      cells: fc.constantFrom(1, 2),
      coresPerCell: fc.constantFrom(2, 3, 4, 4),
      threads: fc.constantFrom(1, 2, 2, 2),
      sharedOn: fc.constantFrom<'first' | 'each' | 'none'>('first', 'each', 'each', 'each', 'none'),
      ratio: fc.constantFrom(1, 2, 4),
      memoryUnits: fc.integer({ min: 2, max: 8 }),
      pages2MiB: fc.constantFrom(0, 512, 1024),
      pages1GiB: fc.constantFrom(0, 1, 2, 2),
      vfs: fc.constantFrom(0, 1, 2, 3),
      vfs2: fc.constantFrom(0, 1),
      linkMbps: fc.constantFrom(undefined, 1000, 2000, 4000),
      groups: fc.constantFrom<keyof typeof grouping>(
        'unknown',
        'isolated',
        'isolated',
        'cards',
        'vfs',
        'pfs',
        'one for all',
      ),
      poolMiB: fc.constantFrom(1024, 100_000, 100_000),
      zone: fc.constantFrom('e/z1', 'e/z2', 'w/z3'),
      adminState: fc.constantFrom<Host['adminState']>('active', 'active', 'active', 'active', 'active', 'draining'),
      networks: fc.constantFrom(['data'], ['data', 'blue'], ['data', 'blue']),
      others: fc.oneof({ weight: 3, arbitrary: fc.constant(nobody) }, { weight: 1, arbitrary: othersArb }),
    })
    .map((wish) => {
      const perCell = wish.coresPerCell * wish.threads;
      const firsts = Array.from({ length: wish.cells }, (_, cell) => cell * perCell);
      const sharedCpus = { first: [0], each: firsts, none: [] }[wish.sharedOn];
      const memoryMiB = wish.memoryUnits * unitMiB + wish.pages2MiB * 2 + wish.pages1GiB * 1024;
      const functions = grouping[wish.groups]([
        ...(wish.vfs > 0 ? rated(wish.linkMbps, card(1, 0, wish.vfs)) : []),
        ...(wish.vfs2 > 0 ? linked(1500, card(2, wish.cells - 1, wish.vfs2, 'physnet2').map(untrusted)) : []),
      ]);
      const { cells, coresPerCell, threads, pages2MiB, pages1GiB, poolMiB, ratio, zone, adminState } = wish;
      const shape = { cells, coresPerCell, threads, memoryMiB, pages2MiB, pages1GiB, poolMiB, functions, sharedCpus };
      const made = host(name, { ...shape, sharedCpuRatio: ratio }, { zone, adminState });
      const networks = wish.networks.map((network) => ({ name: network, kind: 'bridge' as const }));
      return { ...made, facts: taken({ ...made.facts, networks }, wish.others) };
    });

/** Claims of VNFCs that stand already: some CPUs, some memory, some functions. */
const claimsArb = (on: Host): fc.Arbitrary<readonly Claim[]> => {
  const reserved = new Set(on.reserved.sharedCpus);
  const cpus = on.facts.cells.flatMap((cell) => cell.cpus.map((cpu) => ({ cell: cell.id, cpu: cpu.id })));
  const owner = {
    hostId: on.id,
    allocationId: allocationId(`old-${on.id}`),
    vnfcId: vnfcId(`old-${on.id}`),
    vnfInstanceId: vnfInstanceId('old'),
    opOccId: opOccId('old'),
  };
  const cpuRows = fc.subarray(cpus.filter(({ cpu }) => !reserved.has(cpu))).map((taken) =>
    taken.map(({ cell, cpu }): Claim => ({
      ...owner,
      kind: 'cpu',
      cell,
      key: String(cpu),
      exclusive: true,
      amount: 1,
    })),
  );
  const memoryRows = fc
    .subarray(on.facts.cells.map((cell) => cell.id))
    .map((cells) =>
      cells.map((cell): Claim => ({ ...owner, kind: 'memory', cell, key: 'plain', exclusive: false, amount: unitMiB })),
    );
  const functionRows = fc
    .subarray(on.facts.pciFunctions.filter((one, _, all) => one.kind === 'vf' && isAlone(one, all)))
    .map((taken) =>
      taken.flatMap((one): Claim[] => [
        { ...owner, kind: 'pci', key: one.address, exclusive: true, amount: 1 },
        { ...owner, kind: 'bandwidth', key: one.parent ?? '', exclusive: false, amount: 500 },
      ]),
    );
  return fc.tuple(fc.boolean(), cpuRows, memoryRows, functionRows).map(([used, ...rows]) => (used ? rows.flat() : []));
};

/** CPU numbers for all that is dedicated, some of them wrong, and perhaps for the emulator, which may have reserved ones. */
export const namesArb = fc.record({
  cpus: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 4, maxLength: 4 }),
  isRun: fc.constantFrom(true, true, false),
  emulator: fc.constantFrom('none', 'none', 'own', 'with'),
  emulatorCpus: fc.uniqueArray(fc.constantFrom(0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), { minLength: 1, maxLength: 2 }),
});

type Names = Pick<VnfcDemand, 'hostCpus' | 'emulatorCpus'> & { readonly emulatorPolicy?: 'named' | 'shared' };

export function named(dedicated: number, wish: typeof namesArb extends fc.Arbitrary<infer T> ? T : never): Names {
  const first = wish.cpus[0] ?? 0;
  const hostCpus = Array.from({ length: dedicated }, (_, at) => (wish.isRun ? first + at : (wish.cpus[at] ?? first)));
  const emulatorCpus = wish.emulator === 'with' && hostCpus.length > 0 ? hostCpus.slice(0, 1) : wish.emulatorCpus;
  return {
    ...(dedicated === 0 ? {} : { hostCpus }),
    ...(wish.emulator === 'none' ? { emulatorPolicy: 'shared' } : { emulatorPolicy: 'named', emulatorCpus }),
  };
}

const pciArb: fc.Arbitrary<readonly PciDemand[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom<PciDemand['kind']>('vf', 'vf', 'vf', 'pf'),
      physicalNetwork: fc.constantFrom(undefined, 'physnet1', 'physnet2'),
      cellPolicy: fc.constantFrom<PciDemand['cellPolicy']>('required', 'preferred', 'none'),
      trusted: fc.boolean(),
      bitrateMbps: fc.constantFrom(undefined, 500, 1000, 2000),
    }),
    { maxLength: 3 },
  )
  .map((wishes) =>
    wishes.map(({ physicalNetwork, bitrateMbps, ...wish }, at) => ({
      ...wish,
      ...(bitrateMbps === undefined || wish.kind === 'pf' ? {} : { bitrateMbps }),
      cpdId: `cp${String(at)}`,
      ...(physicalNetwork === undefined ? {} : { physicalNetwork }),
    })),
  );

const oneGiB = 1_048_576;

const rarely = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: some });

/** Page size of one of two guest cells. */
const cellPageArb = fc.constantFrom(undefined, 2048, oneGiB);

const demandArb = (name: string): fc.Arbitrary<VnfcDemand> =>
  fc
    .record({
      vcpus: fc.constantFrom(1, 2, 2, 3, 4),
      cpuPolicy: fc.constantFrom<VnfcDemand['cpuPolicy']>('shared', 'dedicated', 'dedicated', 'mixed'),
      threadPolicy: fc.constantFrom<VnfcDemand['threadPolicy']>('prefer', 'prefer', 'isolate', 'require'),
      emulatorPolicy: fc.constantFrom<VnfcDemand['emulatorPolicy']>('shared', 'isolated', 'with-vcpus'),
      memoryUnits: fc.constantFrom(1, 1, 2, 2, 3, 4),
      pageSize: fc.constantFrom<VnfcDemand['pageSize']>('small', 'small', 2048, oneGiB, 'any'),
      numaStrict: fc.boolean(),
      twoGuestCells: fc.constantFrom(false, false, true),
      diskMiB: fc.constantFrom(512, 1024),
      pciFunctions: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: pciArb }),
      zone: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, 'e/z1'),
      networks: fc.constantFrom<readonly string[]>([], [], ['data'], ['data'], ['blue']),
      scope: fc.constantFrom(undefined, undefined, 'host' as const),
      split: rarely(fc.tuple(cellPageArb, cellPageArb)),
      sharedAt: fc.constantFrom<'first' | 'odd'>('first', 'odd'),
      names: rarely(namesArb),
      realtime: fc.constantFrom(false, false, true),
    })
    .map(({ memoryUnits, twoGuestCells, zone, scope, sharedAt, names, realtime, split, ...wish }) => {
      const isTwo = twoGuestCells && wish.vcpus > 1 && memoryUnits > 1;
      const memoryMiB = memoryUnits * unitMiB;
      const first = { vcpus: Math.floor(wish.vcpus / 2), memoryMiB: Math.floor(memoryUnits / 2) * unitMiB };
      const second = { vcpus: wish.vcpus - first.vcpus, memoryMiB: memoryMiB - first.memoryMiB };
      const dedicatedVcpus = { shared: 0, dedicated: wish.vcpus, mixed: Math.floor(wish.vcpus / 2) }[wish.cpuPolicy];
      const isOdd = wish.cpuPolicy === 'mixed' && sharedAt === 'odd';
      const sharedVcpus = isOdd ? { sharedVcpus: everySecond(wish.vcpus) } : {};
      const cpus = names === undefined ? {} : { ...named(dedicatedVcpus, names), numaStrict: true };
      const realtimeVcpus = realtime && wish.cpuPolicy === 'dedicated' ? { realtimeVcpus: [wish.vcpus - 1] } : {};
      const sizes = isTwo && split?.some((size) => size !== undefined) === true ? split : [];
      const sized = [first, second].map((cell, at) => ({
        ...cell,
        ...(sizes[at] === undefined ? {} : { pageSizeKiB: sizes[at] }),
      }));
      return demand(name, {
        ...wish,
        ...sharedVcpus,
        ...realtimeVcpus,
        ...cpus,
        ...(sizes.length > 0 ? { numaStrict: true } : {}),
        memoryMiB,
        dedicatedVcpus,
        guestCells: isTwo ? sized : [{ vcpus: wish.vcpus, memoryMiB }],
        ...(zone === undefined ? {} : { zone }),
        ...(scope === undefined ? {} : { sharedVcpuScope: scope }),
      });
    });

/** vCPUs 0, 2, …: as many as are left when half of them, rounded down, are dedicated. */
const everySecond = (vcpus: number): readonly number[] =>
  Array.from({ length: Math.ceil(vcpus / 2) }, (_, at) => 2 * at);

const ruleArb = (id: string, demands: readonly VnfcDemand[], hosts: readonly Host[]): fc.Arbitrary<AffinityDemand> =>
  fc.record({
    id: fc.constant(id),
    kind: fc.constantFrom<AffinityDemand['kind']>('affinity', 'anti-affinity'),
    scope: fc.constantFrom<AffinityDemand['scope']>('nfvi_node', 'zone', 'zone_group'),
    bestEffort: fc.boolean(),
    vnfcIds: fc.subarray(demands.map((one) => one.vnfcId)),
    placed: fc.subarray(
      hosts.map((one) => one.id),
      { maxLength: 1 },
    ),
  });

/** Cases that a brute-force solver can exhaust: up to 4 hosts of up to 2 cells of up to 8 CPUs. */
export const caseArb: fc.Arbitrary<Case> = fc
  .record({ hosts: fc.integer({ min: 1, max: 4 }), demands: fc.constantFrom(1, 1, 2, 3) })
  .chain(({ hosts, demands }) =>
    fc.record({
      hosts: fc.tuple(...Array.from({ length: hosts }, (_, at) => hostArb(`h${String(at)}`))),
      demands: fc.tuple(...Array.from({ length: demands }, (_, at) => demandArb(`v${String(at)}`))),
    }),
  )
  .chain(({ hosts, demands }) =>
    fc.record({
      hosts: fc.constant(hosts),
      claims: fc.oneof(
        fc.constant([]),
        fc.tuple(...hosts.map(claimsArb)).map((rows) => rows.flat()),
      ),
      request: fc.record({
        demands: fc.constant(demands),
        affinity: fc.oneof(
          fc.constant([]),
          ruleArb('r1', demands, hosts).map((rule) => [rule]),
        ),
        seed: fc.integer({ min: 0, max: 1000 }),
        budget: fc.constant(50_000),
        strategy: fc.constantFrom<PlacementRequest['strategy']>('pack', 'spread'),
      }),
    }),
  );
