import { describe, expect, it } from '@jest/globals';
import { exceeds } from '../../src/inventory/capacity-conflict.js';
import type { Claim } from '../../src/inventory/model.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { card, host, inGroup, linked } from '../builders/placement.js';

const on = host('h1', {
  pages2MiB: 256,
  memoryMiB: 4096,
  poolMiB: 1000,
  sharedCpuRatio: 1,
  functions: [...linked(1000, card(1, 0, 2)), ...inGroup(5, card(5, 0, 1))],
});

const row = (change: Partial<Claim>): Claim => ({
  hostId: hostId('h1'),
  kind: 'hugepages',
  key: '2048',
  exclusive: false,
  amount: 1,
  cell: 0,
  allocationId: allocationId('new'),
  vnfcId: vnfcId('new'),
  vnfInstanceId: vnfInstanceId('vnf-1'),
  opOccId: opOccId('op'),
  ...change,
});
const held = (change: Partial<Claim>): Claim => row({ vnfcId: vnfcId('old'), ...change });
const cpu = (key: string): Partial<Claim> => ({ kind: 'cpu', key, exclusive: true });
const pci = (key: string): Partial<Claim> => ({ kind: 'pci', key, exclusive: true });

describe('the guard of the claim transaction', () => {
  it('lets rows through that fit', () => {
    expect(
      exceeds(on, [held({ amount: 128 })], [row({ amount: 128 }), row(cpu('2')), row(pci('0000:01:02.0'))]),
    ).toBeUndefined();
  });

  const refused: readonly (readonly [string, readonly Claim[], readonly Claim[], string])[] = [
    [
      'pages beyond the pool',
      [held({ amount: 200 })],
      [row({ amount: 100 })],
      'h1: cell 0: needs 100 free pages of 2 MiB, has 56',
    ],
    [
      'plain memory beyond the cell',
      [],
      [row({ kind: 'memory', key: 'plain', amount: 4000 })],
      'h1: cell 0: needs 4000 MiB of plain memory, has 3584',
    ],
    [
      'shared vCPUs of a cell',
      [],
      [row({ kind: 'shared-vcpu', key: 'float', amount: 3 })],
      'h1: cell 0: needs 3 shared vCPUs, has 2',
    ],
    [
      'disk beyond the pool',
      [held({ kind: 'disk', key: 'default', amount: 600 })],
      [row({ kind: 'disk', key: 'default', amount: 500 })],
      'h1: pool default: needs 500 MiB of disk, has 400',
    ],
    [
      'bit rates beyond the link of a card',
      [held({ kind: 'bandwidth', key: '0000:01:00.0', amount: 600 })],
      [row({ kind: 'bandwidth', key: '0000:01:00.0', amount: 500 })],
      'h1: card 0000:01:00.0: needs 500 Mbit/s, has 400',
    ],
    ['a CPU that another holds', [held(cpu('2'))], [row(cpu('2'))], 'h1: cpu 2 is already claimed by VNFC old'],
    ['a CPU twice in one commit', [], [row(cpu('2')), row(cpu('2'))], 'h1: cpu 2 is already claimed by VNFC new'],
    ['a reserved CPU', [], [row(cpu('0'))], 'h1: cpu 0 is reserved, taken by others, or does not exist'],
    [
      'a VF of a card that is given away',
      [held(pci('0000:01:00.0'))],
      [row(pci('0000:01:02.0'))],
      'h1: PCI function 0000:01:02.0 shares a card with a physical function that is claimed',
    ],
    [
      'a function that is not there',
      [],
      [row(pci('0000:09:00.0'))],
      'h1: PCI function 0000:09:00.0 does not exist or is given to nobody',
    ],
    [
      'a function that is not alone in its IOMMU group',
      [],
      [row(pci('0000:05:02.0'))],
      'h1: PCI function 0000:05:02.0 does not exist or is given to nobody',
    ],
    ['a cell that is not there', [], [row({ cell: 7 })], 'h1: there is no cell 7'],
    ['a page size that is not there', [], [row({ key: '1048576' })], 'h1: there are no pages of 1 GiB'],
    ['a pool that is not there', [], [row({ kind: 'disk', key: 'fast' })], 'h1: pool fast does not exist'],
  ];
  it.each(refused)('refuses %s', (_what, existing, added, sentence) => {
    expect(exceeds(on, existing, added)).toBe(sentence);
  });

  it('adds up rows of one commit', () => {
    expect(exceeds(on, [], [row({ amount: 200 }), row({ amount: 57, vnfcId: vnfcId('other') })])).toBe(
      'h1: cell 0: needs 257 free pages of 2 MiB, has 256',
    );
  });

  it('does not refuse for rows that stand already beyond a pool that shrank', () => {
    expect(exceeds(on, [held({ amount: 400 })], [row({ kind: 'memory', key: 'plain', amount: 10 })])).toBeUndefined();
  });

  it('does not judge rows of other hosts and of the fleet', () => {
    const elsewhere = row({ hostId: hostId('h2'), amount: 9999 });
    const address = row({ hostId: hostId('*'), kind: 'mac', key: '52:54:00:00:00:01', exclusive: true });
    expect(exceeds(on, [], [elsewhere, address])).toBeUndefined();
  });
});
