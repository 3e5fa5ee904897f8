import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { place } from '../../../src/placement/place.js';
import type { VnfcDemand } from '../../../src/placement/model.js';
import type { Host } from '../../../src/inventory/model.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../../src/shared/ids.js';
import { caseArb, type Case } from './arbitraries.js';
import { Tried } from '../../builders/tried.js';

type Change = (one: Case) => Case;

const ofDemands =
  (change: (demand: VnfcDemand) => VnfcDemand): Change =>
  (one) => ({ ...one, request: { ...one.request, demands: one.request.demands.map(change) } });

const lessIn = (
  demand: VnfcDemand,
  cell: number,
  { vcpus = 0, memoryMiB = 0 }: { readonly vcpus?: number; readonly memoryMiB?: number },
): VnfcDemand => ({
  ...demand,
  vcpus: demand.vcpus - vcpus,
  dedicatedVcpus: demand.cpuPolicy === 'dedicated' ? demand.vcpus - vcpus : demand.dedicatedVcpus,
  memoryMiB: demand.memoryMiB - memoryMiB,
  guestCells: demand.guestCells.map((each, at) =>
    at === cell ? { ...each, vcpus: each.vcpus - vcpus, memoryMiB: each.memoryMiB - memoryMiB } : each,
  ),
});

const softened =
  (id: string): Change =>
  (one) => {
    const affinity = one.request.affinity.map((rule) => (rule.id === id ? { ...rule, bestEffort: true } : rule));
    return { ...one, request: { ...one.request, affinity } };
  };

const withHost =
  (id: string): Change =>
  (one) => ({
    ...one,
    hosts: one.hosts.map((each) => (each.id === id ? { ...each, adminState: 'active', reachable: true } : each)),
  });

const withoutVnf =
  (vnf: string, on: string): Change =>
  (one) => ({
    ...one,
    claims: one.claims.filter((claim) => claim.vnfInstanceId !== vnf || claim.hostId !== on),
  });

const pages = { '2 MiB': 2048, '1 GiB': 1_048_576 } as const;
const kib = (size = ''): number => pages[size as keyof typeof pages];

/** What an operator who reads the words would change. */
const readings: readonly (readonly [RegExp, (...found: readonly string[]) => Change])[] = [
  [/^thread policy prefer$/, () => ofDemands((one) => ({ ...one, threadPolicy: 'prefer' }))],
  [/^emulator threads shared$/, () => ofDemands((one) => ({ ...one, emulatorPolicy: 'shared' }))],
  [
    /^CPUs of Berth’s choice/,
    () =>
      ofDemands(({ hostCpus: _, emulatorCpus: __, ...one }) => ({
        ...one,
        emulatorPolicy: one.emulatorPolicy === 'named' ? 'isolated' : one.emulatorPolicy,
      })),
  ],
  [
    /^PCI functions on any cell/,
    () =>
      ofDemands((one) => ({
        ...one,
        pciFunctions: one.pciFunctions.map((wish) =>
          wish.cellPolicy === 'required' ? { ...wish, cellPolicy: 'preferred' } : wish,
        ),
      })),
  ],
  [/^CPUs and memory on any cells/, () => ofDemands((one) => ({ ...one, numaStrict: false, sharedVcpuScope: 'host' }))],
  [/^a zone other than /, () => ofDemands(({ zone: _, ...one }) => one)],
  [/^pages of (\d \w+)$/, (size) => ofDemands((one) => onPages(one, kib(size)))],
  [/^plain memory instead of hugepages$/, () => ofDemands((one) => onPages(one, 'small'))],
  [/^(?:anti-)?affinity rule (.+) as best effort$/, (id = '') => softened(id)],
  [
    /^(\d+) fewer pages? of (\d \w+)(?: in guest cell (\d))?$/,
    (count, size, cell = '0') =>
      ofDemands((one) => lessIn(one, Number(cell), { memoryMiB: (Number(count) * kib(size)) / 1024 })),
  ],
  [
    /^(\d+) MiB less memory(?: in guest cell (\d))?$/,
    (less, cell = '0') => ofDemands((one) => lessIn(one, Number(cell), { memoryMiB: Number(less) })),
  ],
  [
    /^(\d+) fewer vCPUs?(?: in guest cell (\d))?$/,
    (less, cell = '0') => ofDemands((one) => lessIn(one, Number(cell), { vcpus: Number(less) })),
  ],
  [/^(\d+) MiB less disk$/, (less) => ofDemands((one) => ({ ...one, diskMiB: one.diskMiB - Number(less) }))],
];

/** All guest cells alike, also those that had page sizes of their own. */
const onPages = (one: VnfcDemand, pageSize: VnfcDemand['pageSize']): VnfcDemand => ({
  ...one,
  pageSize,
  guestCells: one.guestCells.map(({ vcpus, memoryMiB }) => ({ vcpus, memoryMiB })),
});

function changesOf(words: string): readonly Change[] {
  return words.split(/ and (?!memory on any cells)/).map((part) => {
    for (const [form, change] of readings) {
      const found = form.exec(part);
      if (found !== null) return change(...found.slice(1));
    }
    throw new Error(`nobody knows how to follow "${part}"`);
  });
}

interface Advised {
  readonly changes: readonly Change[];
  readonly cell?: number;
  readonly host?: string;
}

/** `fits with …`, `fits when …`, with the place that is told. */
function read(relaxation: string): Advised {
  const leaves = /^fits when VNF (\S+) leaves (\S+)$/.exec(relaxation);
  if (leaves !== null) return { changes: [withoutVnf(leaves[1] ?? '', leaves[2] ?? '')] };
  const back = /^fits when (\S+) (?:is active|answers) again$/.exec(relaxation);
  if (back !== null) return { changes: [withHost(back[1] ?? '')] };
  const [, words = '', cell, host] =
    /^fits with (.+?)(?: on cell (\d+))?(?: (?:of|on) (h\d+))?$/.exec(relaxation) ?? [];
  return {
    changes: changesOf(words),
    ...(cell !== undefined && { cell: Number(cell) }),
    ...(host !== undefined && { host }),
  };
}

function asAdvised(one: Case, { changes, host }: Advised): Case {
  const changed = changes.reduce((sum, change) => change(sum), one);
  if (host === undefined) return changed;
  return ofDemands((demand) => ({ ...demand, onlyHosts: [hostId(host)] }))(changed);
}

/** The VNFCs of one VDU are alike: a change of the VDU is a change of all. */
const ofOneVdu: fc.Arbitrary<Case> = caseArb.map((one) => {
  const [first] = one.request.demands;
  const demands = one.request.demands.map((each) => ({ ...each, ...first, vnfcId: each.vnfcId }));
  return { ...one, request: { ...one.request, demands } };
});

/** One VNFC; a host on which few CPUs are left, and one of the same shape that is empty and drained. */
const nearlyFits: fc.Arbitrary<Case> = fc.tuple(caseArb, fc.nat(3), fc.boolean()).map(([one, left, isAlone]) => {
  const [first] = one.hosts;
  const active: Host = { ...first!, adminState: 'active' };
  const away: Host = { ...active, id: hostId('h1'), adminState: 'draining' };
  const cpus = active.facts.cells.flatMap(({ id, cpus: inCell }) =>
    inCell.map((cpu) => ({ cell: id, key: String(cpu.id) })),
  );
  const free = cpus.filter(({ key }) => !active.reserved.sharedCpus.includes(Number(key)));
  const owner = { allocationId: allocationId('old'), vnfcId: vnfcId('old'), vnfInstanceId: vnfInstanceId('old') };
  return {
    hosts: isAlone ? [active] : [active, away],
    claims: free.slice(left).map((cpu) => ({
      ...({ ...owner, ...cpu, opOccId: opOccId('old') } as const),
      ...({ hostId: active.id, kind: 'cpu', exclusive: true, amount: 1 } as const),
    })),
    request: { ...one.request, demands: one.request.demands.slice(0, 1), affinity: [] },
  };
});

const cases = fc.oneof(ofOneVdu, nearlyFits);

const runs = { numRuns: Math.max(600, Number(process.env['PLACEMENT_RUNS'] ?? 0)) };
const answer = ({ hosts, claims, request }: Case) => place(request, { hosts, claims });

describe('the advice of a refusal, whatever the fleet and the question', () => {
  it('fits when it is followed word by word, in the place that it names', () => {
    const [tried, triedPlace] = [new Tried('an advice'), new Tried('an advice that names a cell')];
    fc.assert(
      fc.property(cases, (one) => {
        const { explanation } = answer(one);
        const relaxations = explanation.decision === 'refused' ? explanation.relaxations : [];
        const all = relaxations.map((relaxation) => ({ relaxation, advised: read(relaxation) }));
        tried.is(all.length > 0);
        for (const { relaxation, advised } of all) {
          const result = answer(asAdvised(one, advised));
          expect([relaxation, result.ok]).toEqual([relaxation, true]);
          const [berth] = result.ok ? result.placements : [];
          if (triedPlace.is(advised.cell !== undefined))
            expect(berth?.cells.map(({ hostCell }) => hostCell)).toContain(advised.cell);
        }
      }),
      runs,
    );
    tried.expectShare(1 / 10);
    triedPlace.expectShare(1 / 150);
  }, 120_000);

  it('gives up less first, and no change of the fleet before a change of the question', () => {
    const tried = new Tried('advice of both kinds');
    fc.assert(
      fc.property(cases, (one) => {
        const { relaxations } = answer(one).explanation;
        const kinds = relaxations.map((text) => (text.startsWith('fits with') ? 0 : 1));
        tried.is(new Set(kinds).size === 2);
        expect(kinds).toEqual(kinds.toSorted());
      }),
      runs,
    );
    tried.expectShare(1 / 300);
  });
});
