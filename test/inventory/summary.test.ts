import { describe, expect, it } from '@jest/globals';
import type { Claim } from '../../src/inventory/model.js';
import { defaultReservation } from '../../src/inventory/reservation.js';
import { hostSummary } from '../../src/inventory/summary.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { card, host, inGroup, isolated, linked } from '../builders/placement.js';

const row = (change: Partial<Claim>): Claim => ({
  hostId: hostId('h1'),
  kind: 'cpu',
  key: '2',
  exclusive: true,
  amount: 1,
  cell: 0,
  allocationId: allocationId('a'),
  vnfcId: vnfcId('a'),
  vnfInstanceId: vnfInstanceId('vnf-1'),
  opOccId: opOccId('op'),
  ...change,
});

describe('the summary of a host', () => {
  const claims = [
    row({ key: '2' }),
    row({ key: '3' }),
    row({ kind: 'hugepages', key: '2048', amount: 100, exclusive: false }),
    row({ kind: 'memory', key: 'plain', amount: 512, exclusive: false, vnfcId: vnfcId('b') }),
    row({ kind: 'pci', key: '0000:01:02.0' }),
    row({ kind: 'disk', key: 'default', amount: 1000, exclusive: false }),
    row({ kind: 'shared-vcpu', key: 'float', amount: 2, exclusive: false }),
    row({ hostId: hostId('h2'), key: '6' }),
  ];
  const shape = { pages2MiB: 256, memoryMiB: 4096, reservedMiB: 256, poolMiB: 5000, functions: card(1, 0, 2) };
  const summary = hostSummary(host('h1', shape), claims);

  it('says per cell which CPUs are shared, claimed and free', () => {
    expect(summary.cells[0]?.cpus).toEqual({
      total: 8,
      shared: [0, 1],
      claimed: [2, 3],
      free: [4, 5, 6, 7],
      foreign: [],
    });
  });

  it('says per cell how many pages and how much plain memory there is, is held and is free', () => {
    expect(summary.cells[0]?.pages).toEqual([{ pageSizeKiB: 2048, total: 256, foreign: 0, claimed: 100, free: 156 }]);
    expect(summary.cells[0]?.memoryMiB).toEqual({
      total: 4096,
      reserved: 256,
      foreign: 0,
      claimed: 512,
      free: 4096 - 512 - 256 - 512,
    });
  });

  it('lists cards of no known network, which are given to nobody', () => {
    const unavailableBecause = 'no physical network is known of its card';
    const strange = card(1, 0, 1).map(({ physicalNetwork: _, ...one }) => one);
    const rest = { cell: 0, available: false, state: 'unusable', unavailableBecause };
    expect(hostSummary(host('h1', { functions: strange }), []).pciFunctions).toEqual([
      { address: '0000:01:00.0', kind: 'pf', ...rest },
      { address: '0000:01:02.0', kind: 'vf', card: '0000:01:00.0', ...rest },
    ]);
  });

  it('says of a card how much of its link bit rates have claimed', () => {
    const held = [row({ kind: 'bandwidth', key: '0000:01:00.0', amount: 4000, exclusive: false })];
    const shown = hostSummary(host('h1', { functions: linked(10_000, card(1, 0, 1)) }), held).pciFunctions;
    expect(shown.map((one) => one.linkMbps)).toEqual([{ total: 10_000, claimed: 4000, free: 6000 }, undefined]);
  });

  it('says of every function why it is not available', () => {
    const functions = [
      ...isolated(card(1, 0, 2)),
      ...inGroup(7, card(2, 0, 5)),
      ...card(3, 0, 1).map((one) => ({ ...one, iommuGroup: one.kind === 'pf' ? 8 : 9 })),
    ];
    const held = [row({ kind: 'pci', key: '0000:01:02.0' }), row({ kind: 'pci', key: '0000:03:00.0' })];
    const shown = hostSummary(host('h1', { functions }), held).pciFunctions;
    const said = shown.map(({ address, iommuGroup, unavailableBecause: why }) => [address, iommuGroup, why]);
    expect(said.filter(([address]) => address !== '0000:02:00.0' && !String(address).startsWith('0000:02:02'))).toEqual(
      [
        ['0000:01:00.0', 100, 'virtual functions of it are held'],
        ['0000:01:02.0', 101, 'held by VNFC a'],
        ['0000:01:02.1', 102, undefined],
        ['0000:03:00.0', 8, 'held by VNFC a'],
        ['0000:03:02.0', 9, 'its card is held as a whole'],
      ],
    );
    const others = '0000:02:02.0, 0000:02:02.1, 0000:02:02.2 and 2 more too';
    expect(said).toContainEqual([
      '0000:02:00.0',
      7,
      `its IOMMU group 7 holds ${others}, and a group is handed out whole`,
    ]);
    expect(shown.filter((one) => one.available).map((one) => one.address)).toEqual(['0000:01:02.1']);
  });

  it('says of a function that is held what keeps it from being used, too', () => {
    const functions = isolated(card(1, 0, 1)).map((one) => ({ ...one, takenBy: 'it is gone from the host' }));
    const [, shown] = hostSummary(host('h1', { functions }), [row({ kind: 'pci', key: '0000:01:02.0' })]).pciFunctions;
    expect(shown?.unavailableBecause).toBe('held by VNFC a; it is gone from the host');
  });

  it('says what pools, functions and shared vCPUs are left', () => {
    expect(summary.pools).toEqual([{ name: 'default', capacityMiB: 5000, total: 5000, claimed: 1000, free: 4000 }]);
    expect(summary.sharedVcpus).toEqual({ total: 16, claimed: 2, free: 14 });
    expect(summary.pciFunctions.map((one) => [one.address, one.available, one.vnfcId])).toEqual([
      ['0000:01:00.0', false, undefined],
      ['0000:01:02.0', false, 'a'],
      ['0000:01:02.1', true, undefined],
    ]);
  });

  it('lists each holder with what it holds on this host', () => {
    expect(summary.holders.map((holder) => [holder.vnfcId, holder.claims.length])).toEqual([
      ['a', 6],
      ['b', 1],
    ]);
  });

  it('shows nothing free, and never less, when pages were taken away under a claim', () => {
    const shrunk = hostSummary(host('h1', { pages2MiB: 50 }), claims);
    expect(shrunk.cells[0]?.pages[0]?.free).toBe(0);
  });
});

describe('the reservation of a host about which nothing was said', () => {
  it('keeps the first core of each cell and a twentieth of its memory', () => {
    const { facts } = host('h1', { memoryMiB: 16_384 });
    expect(defaultReservation(facts)).toEqual({ sharedCpus: [0, 1, 8, 9], memoryMiBPerCell: [819, 819] });
  });

  it('leaves one CPU to be dedicated on a machine with two', () => {
    const single = host('h1', { cells: 1, coresPerCell: 2, threads: 1 });
    const siblings = host('h1', { cells: 1, coresPerCell: 1, threads: 2 });
    expect([single, siblings].map(({ facts }) => defaultReservation(facts).sharedCpus)).toEqual([[0], [0]]);
  });

  it('keeps at least 256 MiB, and never more than there is', () => {
    const kept = (memoryMiB: number) => defaultReservation(host('h', { cells: 1, memoryMiB }).facts).memoryMiBPerCell;
    expect([kept(2048), kept(128), kept(1_000_000)]).toEqual([[256], [128], [4096]]);
  });
});
