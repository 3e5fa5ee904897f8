/**
 * Which IP and MAC addresses the VNFCs of one operation get.
 */
import { describe, expect, it } from '@jest/globals';
import { addressKeys } from '../../src/lifecycle/address-keys.js';
import type { OperationDraft } from '../../src/lifecycle/draft.js';
import type { Vnfc } from '../../src/lifecycle/model.js';
import { macAddress } from '../../src/lifecycle/naming.js';
import { vnfcId } from '../../src/shared/ids.js';
import { cp, flavour, vdu } from '../builders/vnfd.js';
import {
  adds,
  addressesOf,
  addressing,
  bind,
  bound,
  configured,
  draft,
  link,
  ranged,
  refusalOf,
  wish,
  type Entry,
} from './binding.js';

/** VNFCs with these ordinals, on the network `data` by these entries of `cpConfig`. */
const west = (indexes: readonly number[], ...entries: readonly Entry[]): OperationDraft =>
  draft({ adds: adds(indexes), extVirtualLinks: [link('data', configured('west', ...entries))] });

const macsOf = (vnfcs: readonly Vnfc[]): readonly string[] => vnfcs.flatMap(({ cps }) => cps.map(({ mac }) => mac));
const fixed = (...addresses: readonly string[]) => wish({ fixed: addresses });
const full = /No free address is left for CPD west of router number (\d) on network data: .*wider addressRange/;

describe('addresses of a range', () => {
  it('are the lowest that are free, one after the other', () => {
    const taken = ['data/10.9.0.2', 'other/10.9.0.3'];
    const vnfcs = bound(west([0, 1, 2], [ranged('10.9.0.1', '10.9.0.9')]), { addressing: addressing({ taken }) });
    expect(addressesOf(vnfcs)).toEqual([['10.9.0.1/24'], ['10.9.0.3/24'], ['10.9.0.4/24']]);
  });

  it('are refused when they are used up, with CPD, VDU, ordinal and network', () => {
    const of = (size: number) => bind(west([0, 1, 2], [ranged('10.9.0.1', `10.9.0.${String(size)}`)]));
    expect(of(3).ok).toBe(true);
    expect(full.exec(refusalOf(of(2)))?.[1]).toBe('2');
  });

  it('differ where one CP wants several of one range', () => {
    const range = ranged('10.9.0.1', '10.9.0.9');
    expect(addressesOf(bound(west([0, 1], [range, range])))).toEqual([
      ['10.9.0.1/24', '10.9.0.2/24'],
      ['10.9.0.3/24', '10.9.0.4/24'],
    ]);
  });

  it('of both versions stand beside one another, each with its own prefix length', () => {
    const six = wish({ type: 'IPV6', range: { min: 'fd00::1', max: 'fd00::9' }, prefixLength: 64 });
    expect(addressesOf(bound(west([0, 1], [ranged('10.9.0.1', '10.9.0.9'), six])))).toEqual([
      ['10.9.0.1/24', 'fd00::1/64'],
      ['10.9.0.2/24', 'fd00::2/64'],
    ]);
  });

  it('are chosen by the network: two CPs on two networks may have the same one', () => {
    const range = ranged('10.9.0.1', '10.9.0.9');
    const shape = flavour();
    const on = (east: string) =>
      draft({
        flavour: shape,
        extVirtualLinks: [link('data', configured('west', [range])), link(east, configured('east', [range]))],
      });
    expect(addressesOf(bound(on('other')))).toEqual([['10.9.0.1/24', '10.9.0.1/24']]);
    expect(addressesOf(bound(on('data')))).toEqual([['10.9.0.1/24', '10.9.0.2/24']]);
  });
});

describe('fixed addresses', () => {
  it('go by the ordinal, also when it is one that was free again', () => {
    const of = fixed('10.9.0.10', '10.9.0.11', '10.9.0.12');
    expect(addressesOf(bound(west([0, 1, 2], [of])))).toEqual([['10.9.0.10/24'], ['10.9.0.11/24'], ['10.9.0.12/24']]);
    expect(addressesOf(bound(west([1], [of]), { addressing: addressing({ taken: ['data/10.9.0.10'] }) }))).toEqual([
      ['10.9.0.11/24'],
    ]);
  });

  it('that others have are passed over, and refused when none is left', () => {
    const of = fixed('10.9.0.10', '10.9.0.11');
    const after = (taken: readonly string[]) => bind(west([0], [of]), { addressing: addressing({ taken }) });
    expect(addressesOf(bound(west([0], [of]), { addressing: addressing({ taken: ['data/10.9.0.10'] }) }))).toEqual([
      ['10.9.0.11/24'],
    ]);
    expect(refusalOf(after(['data/10.9.0.10', 'data/10.9.0.11']))).toMatch(full);
    expect(refusalOf(bind(west([0, 1, 2], [of])))).toMatch(full);
  });
});

describe('fixed addresses of one request', () => {
  const shape = flavour();
  const on = (westWish: Entry, eastWish: Entry, indexes = [0]) =>
    draft({
      flavour: shape,
      adds: adds(indexes),
      extVirtualLinks: [link('data', configured('west', westWish), configured('east', eastWish))],
    });

  it('are not taken by the range of a connection point that comes before', () => {
    const of = on([ranged('10.9.0.1', '10.9.0.9')], [fixed('10.9.0.1', '10.9.0.2')], [0, 1]);
    expect(addressesOf(bound(of))).toEqual([
      ['10.9.0.3/24', '10.9.0.1/24'],
      ['10.9.0.4/24', '10.9.0.2/24'],
    ]);
  });

  it('are kept for VNFCs that come later, while a range has others', () => {
    const of = on([ranged('10.9.0.1', '10.9.0.3')], [fixed('10.9.0.1', '10.9.0.2')]);
    expect(addressesOf(bound(of))).toEqual([['10.9.0.3/24', '10.9.0.1/24']]);
  });

  it('go to who can do with no other', () => {
    expect(addressesOf(bound(on([fixed('10.9.0.1', '10.9.0.2')], [fixed('10.9.0.1')])))).toEqual([
      ['10.9.0.2/24', '10.9.0.1/24'],
    ]);
  });
});

describe('several entries of cpConfig', () => {
  it('are one for each ordinal', () => {
    const vnfcs = bound(west([0, 1], [fixed('10.9.0.10')], [fixed('10.9.0.20')]));
    expect(addressesOf(vnfcs)).toEqual([['10.9.0.10/24'], ['10.9.0.20/24']]);
    expect(vnfcs.map(({ cps }) => cps[0]?.cpConfigId)).toEqual(['c0', 'c1']);
  });

  it('are fewer than the VNFCs: those beyond share the first', () => {
    const vnfcs = bound(west([0, 1, 2], [ranged('10.9.0.10', '10.9.0.19')], [fixed('10.9.0.20')]));
    expect(addressesOf(vnfcs)).toEqual([['10.9.0.10/24'], ['10.9.0.20/24'], ['10.9.0.11/24']]);
    expect(refusalOf(bind(west([0, 1, 2], [fixed('10.9.0.10')], [fixed('10.9.0.20')])))).toMatch(full);
  });

  it('have their VLAN, in which an address is claimed', () => {
    const [first, second] = bound(
      west(
        [0, 1],
        { vlan: 7, addresses: [ranged('10.9.0.1', '10.9.0.9')] },
        { vlan: 8, addresses: [ranged('10.9.0.1', '10.9.0.9')] },
      ),
    );
    expect([first, second].flatMap((vnfc) => vnfc?.cps.flatMap(addressKeys))).toEqual([
      'data.7/10.9.0.1',
      'data.8/10.9.0.1',
    ]);
  });
});

describe('MAC addresses', () => {
  const asked = (last: number) => wish({ macAddress: `52:54:00:00:00:0${String(last)}` });

  it('are made of VNFC and CP, and none is one that is known', () => {
    const id = vnfcId('router-0');
    const usual = macAddress(id, 'west', new Set());
    expect(macsOf(bound(west([0], [])))).toEqual([usual]);
    const other = macsOf(bound(west([0], []), { addressing: addressing({ macs: [usual] }) }));
    expect(other).toEqual([macAddress(id, 'west', new Set([usual]))]);
    expect(other).not.toEqual([usual]);
  });

  it('differ between the CPs of one operation', () => {
    const shape = flavour({ cps: [cp('west', 0), cp('east', 1), cp('inner', 2)] });
    const links = [link('data', configured('west', []), configured('east', []))];
    const macs = macsOf(bound(draft({ flavour: shape, adds: adds([0, 1, 2, 3]), extVirtualLinks: links })));
    expect([macs.length, new Set(macs).size]).toEqual([12, 12]);
  });

  it('that are asked for go to the VNFC of the entry, with one entry to the first', () => {
    expect(macsOf(bound(west([0, 1], [asked(1)], [asked(2)])))).toEqual(['52:54:00:00:00:01', '52:54:00:00:00:02']);
    const [first, second] = macsOf(bound(west([0, 1], [asked(1)])));
    expect([first, second === first]).toEqual(['52:54:00:00:00:01', false]);
    expect(macsOf(bound(west([1], [asked(1)])))).not.toContain('52:54:00:00:00:01');
  });

  it('that are asked for are given once, also when there are fewer entries than VNFCs', () => {
    const macs = macsOf(bound(west([0, 1, 2, 3], [asked(1)], [asked(2)])));
    expect(macs.slice(0, 2)).toEqual(['52:54:00:00:00:01', '52:54:00:00:00:02']);
    expect(new Set(macs).size).toBe(4);
  });

  it('that are asked for are made for no other connection point, whichever comes first', () => {
    const usual = macAddress(vnfcId('router-0'), 'west', new Set());
    const links = [link('data', configured('west', []), configured('east', [wish({ macAddress: usual })]))];
    const macs = macsOf(bound(draft({ flavour: flavour(), extVirtualLinks: links })));
    expect([macs[1], macs[0] === usual]).toEqual([usual, false]);
  });

  it('of a physical function that is asked for elsewhere is refused with both connection points', () => {
    const functions = [{ cpdId: 'west', address: '0000:41:00.0', ownMac: '52:54:00:00:00:01' }];
    const links = [link('data', configured('west', []), configured('east', [asked(1)]))];
    const refused = bind(draft({ flavour: flavour(), extVirtualLinks: links }), { functions });
    expect(refusalOf(refused)).toMatch(/52:54:00:00:00:01 would be that of CP east and of CP west/);
  });

  it('of an entry without IP addresses come without any', () => {
    expect(addressesOf(bound(west([0], [asked(1)])))).toEqual([[]]);
  });

  it('of a physical function are its own, and another asked for is refused with both', () => {
    const functions = [{ cpdId: 'west', address: '0000:41:00.0', ownMac: '52:54:00:00:00:09' }];
    expect(macsOf(bound(west([0], []), { functions }))).toEqual(['52:54:00:00:00:09']);
    expect(refusalOf(bind(west([0], [asked(1)]), { functions }))).toMatch(/52:54:00:00:00:01.*52:54:00:00:00:09/);
  });
});

it('a CP that leads nowhere has a MAC address and nothing else', () => {
  const shape = flavour({ vdus: [vdu()], cps: [cp('idle', 0)], extCps: [] });
  const [only] = bound(draft({ flavour: shape }));
  expect(only?.cps).toEqual([
    {
      id: 'router-0/idle',
      cpdId: 'idle',
      order: 0,
      mac: macAddress(vnfcId('router-0'), 'idle', new Set()),
      addresses: [],
    },
  ]);
});
