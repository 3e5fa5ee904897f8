/**
 * One or two bare hosts and VNFCs that want nothing but CPUs and memory, about half of them by number or by page size: cases
 * in which it matters what each VNFC leaves to the others.
 */
import fc from 'fast-check';
import type { VnfcDemand } from '../../../src/placement/model.js';
import { demand, host, question } from '../../builders/placement.js';
import { named, namesArb, unitMiB, type Case } from './arbitraries.js';

const oneGiB = 1_048_576;

const hostArb = (name: string) =>
  fc
    .record({
      cells: fc.constantFrom(1, 1, 2),
      coresPerCell: fc.constantFrom(3, 4),
      threads: fc.constantFrom(2, 2, 1),
      memoryUnits: fc.integer({ min: 2, max: 4 }),
    })
    .map(({ memoryUnits, ...wish }) => {
      const memoryMiB = memoryUnits * unitMiB + 1024 + 2048;
      return host(name, { ...wish, memoryMiB, pages2MiB: 512, pages1GiB: 2, sharedCpus: [0] });
    });

const guestCellArb = fc.record({
  vcpus: fc.constantFrom(1, 2, 2),
  memoryMiB: fc.constantFrom(512, 1024),
  pageSizeKiB: fc.constantFrom(undefined, 2048, oneGiB),
});

const demandArb = (name: string): fc.Arbitrary<VnfcDemand> =>
  fc
    .record({
      cells: fc.oneof(fc.tuple(guestCellArb), fc.tuple(guestCellArb), fc.tuple(guestCellArb, guestCellArb)),
      names: fc.option(namesArb, { freq: 2 }),
      threadPolicy: fc.constantFrom<VnfcDemand['threadPolicy']>('prefer', 'prefer', 'prefer', 'isolate', 'require'),
      emulatorPolicy: fc.constantFrom<VnfcDemand['emulatorPolicy']>('shared', 'isolated'),
      numaStrict: fc.boolean(),
    })
    .map(({ cells, names, numaStrict, ...wish }) => {
      const vcpus = cells.reduce((sum, cell) => sum + cell.vcpus, 0);
      const memoryMiB = cells.reduce((sum, cell) => sum + cell.memoryMiB, 0);
      const guestCells = cells.map(({ pageSizeKiB, ...cell }) => ({
        ...cell,
        ...(pageSizeKiB === undefined || cells.length === 1 ? {} : { pageSizeKiB }),
      }));
      return demand(name, {
        ...wish,
        vcpus,
        memoryMiB,
        guestCells,
        cpuPolicy: 'dedicated',
        dedicatedVcpus: vcpus,
        numaStrict: numaStrict || cells.length > 1 || names !== null,
        ...(names === null ? {} : named(vcpus, names)),
      });
    });

export const tightCaseArb: fc.Arbitrary<Case> = fc
  .record({
    hosts: fc.oneof(
      { weight: 3, arbitrary: fc.tuple(hostArb('h0')) },
      { weight: 1, arbitrary: fc.tuple(hostArb('h0'), hostArb('h1')) },
    ),
    demands: fc.oneof(
      fc.tuple(demandArb('v0'), demandArb('v1')),
      fc.tuple(demandArb('v0'), demandArb('v1'), demandArb('v2')),
    ),
    strategy: fc.constantFrom<'pack' | 'spread'>('pack', 'spread'),
  })
  .map(({ hosts, demands, strategy }) => ({
    hosts,
    claims: [],
    request: question(demands, { strategy, budget: 50_000 }),
  }));
