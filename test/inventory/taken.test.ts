import { describe, expect, it } from '@jest/globals';
import { exceeds } from '../../src/inventory/capacity-conflict.js';
import { availableFunctions } from '../../src/inventory/free.js';
import { freeOf } from '../../src/inventory/take.js';
import type { Claim, Host, PciFunction } from '../../src/inventory/model.js';
import { hostSummary } from '../../src/inventory/summary.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { card, host } from '../builders/placement.js';

const claim = (kind: Claim['kind'], key: string): Claim => ({
  hostId: hostId('h1'),
  kind,
  key,
  exclusive: true,
  amount: 1,
  allocationId: allocationId('a'),
  vnfcId: vnfcId('a'),
  vnfInstanceId: vnfInstanceId('vnf-1'),
  opOccId: opOccId('op'),
});

const [pf, vf0, vf1] = card(1, 0, 2) as readonly [PciFunction, PciFunction, PciFunction];
const takenBy = 'it is gone from the host, while VNFC a holds it';
const withFunctions = (...functions: readonly PciFunction[]): Host => host('h1', { functions });

/** Addresses that may still be given away. */
const given = (on: Host, claims: readonly Claim[]): readonly string[] => {
  const free = freeOf(on, claims);
  return free.shape.groups.flatMap((_, at) => (availableFunctions(free, at) > 0 ? (free.functions[at] ?? []) : []));
};

describe('what others use', () => {
  it('is given to nobody, and the rest is', () => {
    expect(given(withFunctions(pf, { ...vf0, takenBy }, vf1), [])).toEqual([pf.address, vf1.address]);
    expect(given(withFunctions({ ...pf, takenBy }, vf0, vf1), [])).toEqual([vf0.address, vf1.address]);
  });

  it('keeps a card from being given away whole while a function of it is claimed, also one that is gone', () => {
    expect(given(withFunctions(pf, { ...vf0, takenBy }), [claim('pci', vf0.address)])).toEqual([]);
    expect(given(withFunctions(pf, { ...vf0, takenBy }), [])).toEqual([pf.address]);
  });

  it('keeps a card from being given away whole while a function that shares its IOMMU group is claimed', () => {
    const sharing = [pf, { ...vf0, iommuGroup: 7 }, { ...vf1, iommuGroup: 7 }];
    expect(given(withFunctions(...sharing), [claim('pci', vf0.address)])).toEqual([]);
  });

  it('keeps functions of a card that is claimed whole, though it was taken since', () => {
    expect(given(withFunctions({ ...pf, takenBy }, vf0), [claim('pci', pf.address)])).toEqual([]);
  });

  it('is refused by the guard of the claim transaction', () => {
    const on = withFunctions({ ...pf, takenBy }, vf0);
    expect(exceeds(on, [], [claim('pci', pf.address)])).toBe(
      `h1: PCI function ${pf.address} is given to nobody: ${takenBy}`,
    );
    expect(exceeds(pinnedTo(4), [], [claim('cpu', '4')])).toBe(
      'h1: cpu 4 is reserved, taken by others, or does not exist',
    );
    expect(exceeds(pinnedTo(4), [], [claim('cpu', '5')])).toBeUndefined();
  });

  it('is shown with its reason', () => {
    const shown = hostSummary(withFunctions(pf, { ...vf0, takenBy }), []).pciFunctions;
    expect(shown[1]).toMatchObject({ available: false, unavailableBecause: takenBy });
    expect(hostSummary(pinnedTo(4), []).cells[0]?.cpus).toEqual({
      total: 8,
      shared: [0, 1],
      claimed: [],
      free: [2, 3, 5, 6, 7],
      foreign: [{ id: 4, takenBy: 'domain x is pinned to it' }],
    });
  });

  it('breaks its core: a core of which others use a thread is no whole one', () => {
    expect(freeOf(pinnedTo(4), []).cells[0]?.wholeCores).toBe(2);
  });

  it('is plain memory that is not free', () => {
    const on = withCells((one) => ({ ...one, foreignMiB: 1000 }));
    expect(freeOf(on, []).cells[0]?.memoryMiB).toBe(16_384 - 1000);
    expect(hostSummary(on, []).cells[0]?.memoryMiB).toMatchObject({ foreign: 1000, free: 16_384 - 1000 });
  });
});

function withCells(change: (cell: Host['facts']['cells'][number]) => Host['facts']['cells'][number]): Host {
  const on = host('h1', {});
  return { ...on, facts: { ...on.facts, cells: on.facts.cells.map(change) } };
}

const pinnedTo = (cpu: number): Host =>
  withCells((cell) => ({
    ...cell,
    cpus: cell.cpus.map((one) => (one.id === cpu ? { ...one, takenBy: 'domain x is pinned to it' } : one)),
  }));
