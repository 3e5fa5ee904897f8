/**
 * Virtual addresses: chosen once for a VNF, given to every VNFC that shares them, claimed once.
 */
import { expect, it } from '@jest/globals';
import { keysToClaim } from '../../src/lifecycle/address-keys.js';
import type { OperationDraft } from '../../src/lifecycle/draft.js';
import type { ExtVirtualLink, Vnfc } from '../../src/lifecycle/model.js';
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
  westOnly,
  wish,
} from './binding.js';

const vip = { id: 'west_vip', vipTargets: ['west'], requirement: 'virtual_link_vip' };
const shape = { ...westOnly, extCps: [...westOnly.extCps, vip] };
const ownRange = configured('west', [ranged('10.9.0.2', '10.9.0.9')]);
const vipFixed = configured('west_vip', [wish({ fixed: ['10.9.0.1'] })]);
const on = (...extCps: ExtVirtualLink['extCps']): readonly ExtVirtualLink[] => [link('data', ...extCps)];
const shared = (indexes: readonly number[], extVirtualLinks = on(ownRange, vipFixed), keeps: readonly Vnfc[] = []) =>
  draft({ flavour: shape, adds: adds(indexes), extVirtualLinks, keeps });

const vipsOf = (vnfcs: readonly Vnfc[]) => vnfcs.map(({ cps }) => cps.map(({ vips = [] }) => vips));
const claimed = (vnfcs: readonly Vnfc[], held: readonly string[] = []) =>
  [...keysToClaim(vnfcs, (key) => held.includes(key)).values()].flatMap(({ holds }) => holds);

it('is the same for all VNFCs, each of which has an address of its own beside it', () => {
  const vnfcs = bound(shared([0, 1, 2]));
  const same = {
    ...{ cpdId: 'west_vip', cpConfigId: 'c0', extVirtualLinkId: 'link-data', addresses: ['10.9.0.1/24'] },
  };
  expect(vipsOf(vnfcs)).toEqual([[[same]], [[same]], [[same]]]);
  expect(addressesOf(vnfcs)).toEqual([['10.9.0.2/24'], ['10.9.0.3/24'], ['10.9.0.4/24']]);
});

it('is claimed once, by the first VNFC', () => {
  expect(claimed(bound(shared([0, 1])))).toEqual(['data/10.9.0.2', 'data/10.9.0.1', 'data/10.9.0.3']);
});

it('of a range is none that a VNFC of the same operation has', () => {
  const range = [ranged('10.9.0.2', '10.9.0.9')];
  const vnfcs = bound(shared([0, 1], on(configured('west', range), configured('west_vip', range))));
  expect(vipsOf(vnfcs)[0]?.[0]?.[0]?.addresses).toEqual(['10.9.0.3/24']);
  expect(addressesOf(vnfcs)).toEqual([['10.9.0.2/24'], ['10.9.0.4/24']]);
});

it('that VNFCs share already is joined by those that come, and not claimed again', () => {
  const keeps = bound(shared([0, 1]));
  const taken = claimed(keeps);
  const after = bound(shared([2], on(ownRange, vipFixed), keeps), { addressing: addressing({ taken }) });
  expect(vipsOf(after)).toEqual(vipsOf(keeps.slice(0, 1)));
  expect(claimed(after, taken)).toEqual(['data/10.9.0.4']);
  expect(claimed(after)).toEqual(['data/10.9.0.4', 'data/10.9.0.1']);
});

it('that another VNF has is refused with its CPD', () => {
  const refused = bind(shared([0]), { addressing: addressing({ taken: ['data/10.9.0.1'] }) });
  expect(refusalOf(refused)).toMatch(/No free address is left for CPD west_vip .* on network data/);
});

it('of a CP that is no target is none', () => {
  const two = flavour({ extCps: [...flavour().extCps, vip] });
  const links = on(ownRange, vipFixed, configured('east', []));
  const [only] = bound(draft({ flavour: two, extVirtualLinks: links }));
  expect(only?.cps.map(({ cpdId, vips = [] }) => [cpdId, vips.length])).toEqual([
    ['west', 1],
    ['east', 0],
  ]);
});

it('that is fixed is kept from the range of the VNFCs that share it', () => {
  const range = configured('west', [ranged('10.9.0.1', '10.9.0.9')]);
  const vnfcs = bound(shared([0, 1], on(range, vipFixed)));
  expect(vipsOf(vnfcs)[0]?.[0]?.[0]?.addresses).toEqual(['10.9.0.1/24']);
  expect(addressesOf(vnfcs)).toEqual([['10.9.0.2/24'], ['10.9.0.3/24']]);
});

it('is claimed by every VNFC that shares it, and held by one', () => {
  const keysOf = (vnfcs: readonly Vnfc[], held: readonly string[] = []) =>
    [...keysToClaim(vnfcs, (key) => held.includes(key)).values()].map(({ shares }) => shares);
  const vnfcs = bound(shared([0, 1, 2]));
  expect(keysOf(vnfcs)).toEqual([[], ['data/10.9.0.1'], ['data/10.9.0.1']]);
  expect(keysOf(bound(shared([3], on(ownRange, vipFixed), vnfcs)), ['data/10.9.0.1'])).toEqual([['data/10.9.0.1']]);
});

it('that a VNFC shares which leaves with the same operation stays the same', () => {
  const left = bound(shared([0], on(ownRange, configured('west_vip', [ranged('10.9.0.1', '10.9.0.9')]))));
  const of = { ...shared([1], on(ownRange, configured('west_vip', [ranged('10.9.0.1', '10.9.0.9')]))), removes: left };
  const taken = claimed(left);
  expect(vipsOf(bound(of, { addressing: addressing({ taken }) }))).toEqual(vipsOf(left));
});

it('that a CP of another VDU shares already is joined, and not chosen again', () => {
  const both = {
    ...shape,
    vdus: [vdu(), vdu({ id: 'standby' })],
    cps: [cp('west', 0), cp('peer', 0, { vduId: 'standby' })],
    extCps: [
      ...westOnly.extCps,
      { id: 'peer', vduCpId: 'peer', requirement: 'virtual_link_peer' },
      { ...vip, vipTargets: ['west', 'peer'] },
    ],
  };
  const links = on(ownRange, configured('peer', []), configured('west_vip', [ranged('10.9.0.1', '10.9.0.9')]));
  const keeps = bound(draft({ flavour: both, adds: adds([0]), extVirtualLinks: links }));
  const standby = adds([0], vdu({ id: 'standby' }));
  const later = draft({ flavour: both, adds: standby, extVirtualLinks: links, keeps });
  expect(vipsOf(bound(later, { addressing: addressing({ taken: claimed(keeps) }) }))).toEqual(vipsOf(keeps));
});

it('is chosen among the addresses of the VLAN in which it is claimed', () => {
  const functions = [{ cpdId: 'west', address: '0000:41:10.0' }];
  const range = [ranged('10.9.0.2', '10.9.0.9')];
  const tagged = (vlan: number) =>
    shared([0], on(configured('west', { vlan, addresses: range }), configured('west_vip', range)));
  const first = claimed(bound(tagged(7), { functions }));
  expect(first).toEqual(['data.7/10.9.0.2', 'data.7/10.9.0.3']);
  const taken = [...first];
  expect(claimed(bound(tagged(7), { functions, addressing: addressing({ taken }) }))).toEqual([
    'data.7/10.9.0.4',
    'data.7/10.9.0.5',
  ]);
  expect(claimed(bound(tagged(8), { functions, addressing: addressing({ taken }) }))).toEqual([
    'data.8/10.9.0.2',
    'data.8/10.9.0.3',
  ]);
});

it.each<[string, OperationDraft]>([
  [
    'of two VDUs',
    draft({
      flavour: flavour({
        vdus: [vdu(), vdu({ id: 'standby' })],
        cps: [cp('west', 0), cp('west2', 0, { vduId: 'standby' })],
        extCps: [
          ...westOnly.extCps,
          { id: 'west2', vduCpId: 'west2', requirement: 'virtual_link_west2' },
          { ...vip, vipTargets: ['west', 'west2'] },
        ],
      }),
      adds: [...adds([0, 1]), ...adds([0], vdu({ id: 'standby' }))],
      extVirtualLinks: on(ownRange, configured('west2', []), vipFixed),
    }),
  ],
  [
    'of one VDU',
    draft({
      flavour: flavour({ extCps: [...flavour().extCps, { ...vip, vipTargets: ['west', 'east'] }] }),
      adds: adds([0, 1]),
      extVirtualLinks: on(ownRange, configured('east', []), vipFixed),
    }),
  ],
])('shared by two connection points %s is claimed once', (_, of) => {
  const vnfcs = bound(of);
  expect(
    vipsOf(vnfcs)
      .flat()
      .flat()
      .map(({ addresses }) => addresses),
  ).toHaveLength(3 + Number(of.adds.length === 2));
  expect(claimed(vnfcs).filter((key) => key === 'data/10.9.0.1')).toHaveLength(1);
});
