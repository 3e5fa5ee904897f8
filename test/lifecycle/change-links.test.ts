/** What the external links of a VNF are after a CHANGE_EXT_CONN, and which changes are refused. */
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { changeLinks } from '../../src/lifecycle/change-links.js';
import { readExtVirtualLinks } from '../../src/lifecycle/ext-links.js';
import type { ExtVirtualLink } from '../../src/lifecycle/model.js';
import type { ExtVirtualLinkPatch, VnfExtCpConfig } from '../../src/lifecycle/requests.js';
import { valueOf } from '../builders/berth.js';
import { Tried } from '../builders/tried.js';
import { cp, flavour } from '../builders/vnfd.js';

const plain = flavour();
const vip = { id: 'vip', vipTargets: ['west'], requirement: 'virtual_link_vip' };
const withVip = flavour({ extCps: [...plain.extCps, vip] });
const inner = { id: 'inner', layerProtocols: ['ipv4'], dhcpEnabled: false };
const withInner = flavour({
  cps: [cp('west', 0), cp('east', 1, { virtualLinkId: 'inner' })],
  virtualLinks: [inner],
  extCps: [
    { id: 'west', vduCpId: 'west', requirement: 'virtual_link_west' },
    { id: 'out', virtualLinkId: 'inner', requirement: 'virtual_link_out' },
  ],
});

const fixed = (address: string): VnfExtCpConfig => ({
  cpProtocolData: [
    {
      layerProtocol: 'IP_OVER_ETHERNET',
      ipOverEthernet: { ipAddresses: [{ type: 'IPV4', fixedAddresses: [address] }] },
    },
  ],
});
type Entries = Readonly<Record<string, VnfExtCpConfig | null>>;
const on = (network: string, ...cps: readonly (readonly [string, Entries])[]): ExtVirtualLinkPatch => ({
  id: `on-${network}`,
  resourceId: network,
  extCps: cps.map(([cpdId, cpConfig]) => ({ cpdId, cpConfig })),
});

type FlavourSaid = typeof plain;
function standing(of: FlavourSaid, ...links: readonly ExtVirtualLinkPatch[]): readonly ExtVirtualLink[] {
  return valueOf(readExtVirtualLinks(of, links as Parameters<typeof readExtVirtualLinks>[1]));
}
const usual = () => standing(plain, on('blue', ['west', { a: fixed('10.0.0.1') }]), on('red', ['east', { e: {} }]));

function after(of: FlavourSaid, now: readonly ExtVirtualLink[], ...patches: readonly ExtVirtualLinkPatch[]) {
  const changed = changeLinks(of, now, patches, {});
  return changed.ok ? changed.value : changed.problem.detail;
}
/** `link: cpd(entry address …)` of each link. */
const shown = (links: readonly ExtVirtualLink[]): readonly string[] =>
  links.map(({ id, extCps }) => {
    const cps = extCps.map(({ cpdId, configs }) => {
      const entries = configs.map(({ cpConfigId, addresses }) => [
        cpConfigId,
        ...addresses.flatMap((one) => one.fixed),
      ]);
      return `${cpdId}(${entries.map((entry) => entry.join(' ')).join(', ')})`;
    });
    return `${id}: ${cps.join(' ')}`;
  });
const shownAfter = (...patches: readonly ExtVirtualLinkPatch[]) => {
  const changed = after(plain, usual(), ...patches);
  return typeof changed === 'string' ? changed : shown(changed.links);
};

describe('a CPD', () => {
  it('goes with its entries where it is named, and its old link goes with the last', () => {
    expect(shownAfter(on('green', ['west', {}]))).toEqual(['on-red: east(e)', 'on-green: west(a 10.0.0.1)']);
  });
  it('joins one that stays', () => {
    expect(shownAfter(on('red', ['west', {}]))).toEqual(['on-red: east(e) west(a 10.0.0.1)']);
  });
  it('has its entries merged by their keys, also by names that objects have by themselves', () => {
    const entries = JSON.parse('{ "__proto__": {}, "constructor": {} }') as Entries;
    expect(shownAfter(on('blue', ['west', { ...entries, b: fixed('10.0.0.2') }]))).toEqual([
      'on-blue: west(a 10.0.0.1, __proto__, constructor, b 10.0.0.2)',
      'on-red: east(e)',
    ]);
  });
  it('keeps an entry that has no cpProtocolData, and takes one that has', () => {
    expect(shownAfter(on('blue', ['west', { a: {} }]))).toEqual(['on-blue: west(a 10.0.0.1)', 'on-red: east(e)']);
    expect(shownAfter(on('blue', ['west', { a: fixed('10.0.0.9') }]))).toEqual([
      'on-blue: west(a 10.0.0.9)',
      'on-red: east(e)',
    ]);
  });
  it('is connected to nothing once its last entry is null', () => {
    expect(shownAfter(on('blue', ['west', { a: null }]))).toEqual(['on-red: east(e)']);
    expect(shownAfter(on('blue', ['west', { a: null, b: {} }]))).toEqual(['on-blue: west(b)', 'on-red: east(e)']);
  });
});

const vipStanding = () =>
  standing(withVip, on('blue', ['west', {}], ['vip', { v: fixed('10.0.0.5') }]), on('red', ['east', {}]));
const innerStanding = () => standing(withInner, on('blue', ['west', {}]), on('red', ['out', { o: {} }]));

test.each<[string, FlavourSaid, () => readonly ExtVirtualLink[], readonly ExtVirtualLinkPatch[], RegExp]>([
  ['a virtual address', withVip, vipStanding, [on('green', ['vip', {}])], /CPD vip is a virtual address.*leave it out/],
  [
    'who shares one',
    withVip,
    vipStanding,
    [on('green', ['west', {}])],
    /CPD west shares the virtual address of CPD vip/,
  ],
  [
    'the network of an internal link, taken away',
    withInner,
    innerStanding,
    [on('red', ['out', { o: null }])],
    /CPD out joins the internal link inner.*another network instead/,
  ],
  [
    'another network for a link',
    plain,
    usual,
    [{ ...on('red', ['east', {}]), id: 'on-blue' }],
    /on-blue is network blue/,
  ],
  ['a link twice', plain, usual, [on('red', ['east', {}]), on('red', ['west', {}])], /has on-red twice/],
  ['null for what is not there', plain, usual, [on('red', ['east', { f: null }])], /null for "f".*it has e/],
  ['a CPD twice', plain, usual, [on('red', ['west', {}]), on('green', ['west', {}])], /CPD west is connected twice/],
])('%s is refused by name', (_, of, now, patches, words) => {
  expect(after(of, now(), ...patches)).toMatch(words);
});

it('an internal link may get another network', () => {
  const changed = after(withInner, innerStanding(), on('green', ['out', {}]));
  expect(typeof changed === 'string' ? changed : shown(changed.links)).toEqual(['on-blue: west()', 'on-green: out(o)']);
});

test('whatever is changed, each CPD is on one link at most, and those that are not named stay as they are', () => {
  const tried = new Tried('a change that is taken');
  const entries = fc.dictionary(fc.constantFrom('a', 'b', 'e'), fc.constantFrom(null, {}, fixed('10.0.0.3')));
  const patch = fc
    .tuple(fc.constantFrom('blue', 'red', 'green'), fc.constantFrom('west', 'east'), entries)
    .map(([network, cpdId, cpConfig]) => on(network, [cpdId, cpConfig]));
  fc.assert(
    fc.property(fc.array(patch, { minLength: 1, maxLength: 2 }), (patches) => {
      const now = usual();
      const changed = after(plain, now, ...patches);
      if (!tried.is(typeof changed !== 'string') || typeof changed === 'string') return;
      const cpds = changed.links.flatMap(({ extCps }) => extCps.map(({ cpdId }) => cpdId));
      expect(new Set(cpds).size).toBe(cpds.length);
      expect(changed.links.every(({ extCps }) => extCps.length > 0)).toBe(true);
      const linkOf = (links: readonly ExtVirtualLink[], cpdId: string) =>
        links.flatMap(({ id, extCps }) => extCps.filter((one) => one.cpdId === cpdId).map((one) => ({ id, one })));
      for (const cpdId of ['west', 'east'].filter((id) => !changed.cpdIds.includes(id)))
        expect(linkOf(changed.links, cpdId)).toEqual(linkOf(now, cpdId));
    }),
  );
  tried.expectShare(1 / 10);
});
