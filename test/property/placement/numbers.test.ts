/**
 * Numbers of cells, CPUs and cores are names: a host that tells of itself in another order, and leaves out numbers, places
 * the same guests on the same parts. Numbers keep their order, for ties go to the lowest.
 */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostFacts, readHost } from '../../../src/engine/libvirt/facts.js';
import type { Host } from '../../../src/inventory/model.js';
import { defaultReservation } from '../../../src/inventory/reservation.js';
import type { VnfcDemand, VnfcPlacement } from '../../../src/placement/model.js';
import { place } from '../../../src/placement/place.js';
import { allocationId, opOccId } from '../../../src/shared/ids.js';
import { demand, host, question } from '../../builders/placement.js';
import { Tried } from '../../builders/tried.js';

interface Topology {
  readonly cells: readonly {
    readonly memoryMiB: number;
    readonly pages: number;
    readonly distances: readonly number[];
    /** CPUs of each core; the first is the core's number, too. */
    readonly cores: readonly (readonly number[])[];
  }[];
  readonly coresPerCache: number;
}

interface Naming {
  readonly cell: (at: number) => number;
  readonly cpu: (at: number) => number;
  readonly core: (at: number) => number;
  readonly order: <T>(all: readonly T[]) => readonly T[];
}

const plain: Naming = { cell: (at) => at, cpu: (at) => at, core: (at) => at, order: (all) => all };

/** Growing numbers with gaps, and lists from another place on, or backwards. */
const namingArb: fc.Arbitrary<Naming> = fc
  .record({
    cellGap: fc.constantFrom(1, 2, 8, 100),
    cellFrom: fc.constantFrom(0, 1, 5),
    cpuGap: fc.constantFrom(1, 2, 7),
    cpuFrom: fc.constantFrom(0, 3),
    coreGap: fc.constantFrom(1, 4),
    turn: fc.nat(5),
    isBackwards: fc.boolean(),
  })
  .map((wish) => ({
    cell: (at) => wish.cellFrom + at * wish.cellGap,
    cpu: (at) => wish.cpuFrom + at * wish.cpuGap,
    core: (at) => at * wish.coreGap,
    order: (all) => {
      const from = wish.turn % Math.max(1, all.length);
      const turned = [...all.slice(from), ...all.slice(0, from)];
      return wish.isBackwards ? turned.toReversed() : turned;
    },
  }));

const topologyArb: fc.Arbitrary<Topology> = fc
  .record({
    cells: fc.integer({ min: 1, max: 4 }),
    cores: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 }),
    threads: fc.constantFrom(1, 2),
    memory: fc.array(fc.constantFrom(2048, 4096, 6144), { minLength: 4, maxLength: 4 }),
    pages: fc.array(fc.constantFrom(0, 256), { minLength: 4, maxLength: 4 }),
    distance: fc.array(fc.constantFrom(12, 21, 40), { minLength: 16, maxLength: 16 }),
    coresPerCache: fc.constantFrom(1, 2, 4),
    isInterleaved: fc.boolean(),
  })
  .map(({ cells, cores, threads, memory, pages, distance, coresPerCache, isInterleaved }) => {
    const counts = cores.slice(0, cells).map((count, cell) => (cell === 0 ? count + 1 : count));
    const total = counts.reduce((sum, count) => sum + count, 0);
    let core = 0;
    const cpusOf = (at: number) =>
      Array.from({ length: threads }, (_, thread) => (isInterleaved ? at + thread * total : at * threads + thread));
    return {
      coresPerCache,
      cells: counts.map((count, cell) => ({
        memoryMiB: memory[cell] ?? 2048,
        pages: pages[cell] ?? 0,
        distances: Array.from({ length: cells }, (_, other) =>
          other === cell ? 10 : (distance[cell * 4 + other] ?? 20),
        ),
        cores: Array.from({ length: count }, () => cpusOf(core++)),
      })),
    };
  });

function capabilities({ cells, coresPerCache }: Topology, name: Naming): string {
  const banks: string[] = [];
  const cellXmls = cells.map((cell, at) => {
    const cpus = cell.cores.flatMap((threads) => {
      const siblings = threads.map(name.cpu).join(',');
      const core = name.core(threads[0] ?? 0);
      return threads.map(
        (cpu) => `<cpu id='${name.cpu(cpu)}' socket_id='${at}' core_id='${core}' siblings='${siblings}'/>`,
      );
    });
    for (let from = 0; from < cell.cores.length; from += coresPerCache) {
      const under = cell.cores.slice(from, from + coresPerCache).flat();
      banks.push(
        `<bank id='${at * 16 + from}' level='3' type='both' cpus='${name.order(under.map(name.cpu)).join(',')}'/>`,
      );
    }
    const siblings = cell.distances.map((value, other) => `<sibling id='${name.cell(other)}' value='${value}'/>`);
    return `<cell id='${name.cell(at)}'><memory unit='KiB'>${cell.memoryMiB * 1024}</memory>
      <pages unit='KiB' size='4'>1</pages><pages unit='KiB' size='2048'>${cell.pages}</pages>
      <distances>${name.order(siblings).join('')}</distances><cpus>${name.order(cpus).join('')}</cpus></cell>`;
  });
  return `<capabilities><host><uuid>u</uuid><cpu><arch>x86_64</arch></cpu><topology><cells>${name.order(cellXmls).join('')}
    </cells></topology><cache>${name.order(banks).join('')}</cache></host></capabilities>`;
}

const template = host('h');

function hostOf(topology: Topology, name: Naming): Host {
  const description = {
    ...{ hostname: 'h', hypervisor: 'QEMU', hypervisorVersion: 8_000_000, libvirtVersion: 9_000_000 },
    ...{ domainCapabilities: { kvm: '', qemu: '' }, nodeDevices: [], pools: [], networks: [] },
    ...{ activeDomains: [], inactiveDomains: [], interfaces: [] },
    capabilities: capabilities(topology, name),
  };
  const read = hostFacts(readHost(description), [], template.facts.acceleration);
  const facts = { ...read, pools: template.facts.pools };
  return { ...template, facts, reserved: defaultReservation(facts) };
}

const demandArb = (name: string): fc.Arbitrary<VnfcDemand> =>
  fc
    .record({
      cpuPolicy: fc.constantFrom<VnfcDemand['cpuPolicy']>('shared', 'dedicated'),
      threadPolicy: fc.constantFrom<VnfcDemand['threadPolicy']>('prefer', 'prefer', 'isolate', 'require'),
      emulatorPolicy: fc.constantFrom<VnfcDemand['emulatorPolicy']>('shared', 'isolated'),
      memoryMiB: fc.constantFrom(256, 512, 3072),
      pageSize: fc.constantFrom<VnfcDemand['pageSize']>('small', 'small', 2048, 'any'),
      numaStrict: fc.boolean(),
      cells: fc.constantFrom(1, 1, 2),
      vcpus: fc.constantFrom(2, 4),
    })
    .map(({ cells, ...wish }) => {
      const guestCells = Array.from({ length: cells }, () => ({
        vcpus: wish.vcpus / cells,
        memoryMiB: wish.memoryMiB / cells,
      }));
      const dedicatedVcpus = wish.cpuPolicy === 'dedicated' ? wish.vcpus : 0;
      return demand(name, { ...wish, dedicatedVcpus, guestCells, numaStrict: wish.numaStrict || cells > 1 });
    });

/** The answer in the numbers of another naming. */
const renamed = (placements: readonly VnfcPlacement[], { cell, cpu }: Naming): readonly VnfcPlacement[] =>
  placements.map((berth) => ({
    ...berth,
    cells: berth.cells.map((one) => ({
      ...one,
      hostCell: cell(one.hostCell),
      pinnedCpus: one.pinnedCpus.map(cpu),
      idleCpus: one.idleCpus.map(cpu),
      memoryShares: one.memoryShares.map((share) => ({ ...share, hostCell: cell(share.hostCell) })),
    })),
    emulatorCpus: berth.emulatorCpus.map(cpu),
    ownEmulatorCpus: berth.ownEmulatorCpus.map(cpu),
    sharedCpus: berth.sharedCpus.map(cpu),
  }));

it('places the same, whatever numbers cells, CPUs and cores have and in which order the host tells of them', () => {
  const demandsArb = fc.tuple(demandArb('a'), demandArb('b'));
  const heldArb = fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]);
  const tried = new Tried('a placement');
  fc.assert(
    fc.property(topologyArb, namingArb, demandsArb, heldArb, (topology, naming, demands, held) => {
      const known = new Set(topology.cells.flatMap(({ cores }) => cores.flat()));
      const answer = (name: Naming) => {
        const claims = held
          .filter((cpu) => known.has(cpu))
          .map((cpu) => ({
            ...({ hostId: template.id, kind: 'cpu', key: String(name.cpu(cpu)), exclusive: true, amount: 1 } as const),
            ...{
              allocationId: allocationId(demands[0].vnfcId),
              vnfcId: demands[0].vnfcId,
              vnfInstanceId: demands[0].vnfInstanceId,
              opOccId: opOccId('o'),
            },
          }));
        const result = place(question(demands), { hosts: [hostOf(topology, name)], claims });
        return result.ok ? result.placements : [];
      };
      const found = answer(naming);
      tried.is(found.length > 0);
      expect(found).toEqual(renamed(answer(plain), naming));
    }),
    { numRuns: Math.max(300, Number(process.env['PLACEMENT_RUNS'] ?? 0)) },
  );
  tried.expectShare(1 / 15);
}, 120_000);
