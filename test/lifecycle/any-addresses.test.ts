/**
 * Addresses of whatever request: a request is refused only when there is no way to give everybody an address, and what is
 * given is what was asked for, once.
 */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressKeys } from '../../src/lifecycle/address-keys.js';
import type { OperationDraft } from '../../src/lifecycle/draft.js';
import type { AddressRequest, ExtCpConfig, Vnfc } from '../../src/lifecycle/model.js';
import { Tried } from '../builders/tried.js';
import { cp, flavour, vdu } from '../builders/vnfd.js';
import { adds, addressing, bind, draft, link, ranged, wish } from './binding.js';

const nets = ['10.9.0.', 'fd00::'] as const;
type Net = (typeof nets)[number];
const span = 6;
const cpds = ['west', 'east', 'peer'] as const;
type Cpd = (typeof cpds)[number];

interface Case {
  readonly draft: OperationDraft;
  /** As `network/address`. */
  readonly taken: readonly string[];
}

const last = fc.integer({ min: 1, max: span });

const wishArb = fc.constantFrom(...nets).chain((net: Net) =>
  fc.oneof(
    fc
      .uniqueArray(last, { minLength: 1, maxLength: 3 })
      .map((list) => wish({ ...typeOf(net), fixed: list.map((at) => `${net}${String(at)}`) })),
    fc
      .tuple(last, fc.nat(3))
      .map(([from, more]) => ({ ...ranged(`${net}${String(from)}`, `${net}${String(from + more)}`), ...typeOf(net) })),
  ),
);

const typeOf = (net: Net): Pick<AddressRequest, 'type' | 'prefixLength'> =>
  net === 'fd00::' ? { type: 'IPV6', prefixLength: 64 } : { type: 'IPV4', prefixLength: 24 };

const configArb = (cpdId: string): fc.Arbitrary<ExtCpConfig> =>
  fc.array(fc.array(wishArb, { maxLength: 2 }), { minLength: 1, maxLength: 2 }).map((entries) => ({
    cpdId,
    configs: entries.map((addresses, at) => ({ cpConfigId: `c${String(at)}`, addresses })),
  }));

/** VDU `router` has `west` and `east`, VDU `standby` has `peer`; all are on one network, or `east` on another. */
const vdus = [vdu(), vdu({ id: 'standby' })];
const cps = [cp('west', 0), cp('east', 1), cp('peer', 0, { vduId: 'standby' })];

const caseArb: fc.Arbitrary<Case> = fc
  .record({
    configs: fc.tuple(...cpds.map(configArb)),
    vip: fc.option(fc.tuple(configArb('vip'), fc.constantFrom<readonly Cpd[]>(['west'], ['peer'], ['west', 'peer']))),
    apart: fc.boolean(),
    routers: fc.uniqueArray(fc.nat(2), { maxLength: 2 }),
    standby: fc.uniqueArray(fc.nat(1), { maxLength: 1 }),
    taken: fc.uniqueArray(
      fc.tuple(fc.constantFrom(...nets), last).map(([net, at]) => `data/${net}${String(at)}`),
      {
        maxLength: 4,
      },
    ),
  })
  .map(({ configs: [west, east, peer], vip, apart, routers, standby, taken }) => {
    const ends = [west, east, peer].flatMap((one) => (one === undefined ? [] : [one]));
    const onData = ends.filter(({ cpdId }) => !apart || cpdId !== 'east');
    const extCps = cpds.map((id) => ({ id, vduCpId: id, requirement: `virtual_link_${id}` }));
    const shared = vip === null ? [] : [{ id: 'vip', vipTargets: vip[1], requirement: 'virtual_link_vip' }];
    return {
      taken,
      draft: draft({
        flavour: flavour({ vdus, cps, extCps: [...extCps, ...shared] }),
        adds: [...adds(routers.toSorted()), ...adds(standby, vdus[1])],
        extVirtualLinks: [
          link('data', ...onData, ...(vip === null ? [] : [vip[0]])),
          ...(apart && east !== undefined ? [link('other', east)] : []),
        ],
      }),
    };
  });

interface Need {
  readonly network: string;
  readonly of: AddressRequest;
}

const configOf = (of: OperationDraft, cpdId: string) =>
  of.extVirtualLinks.flatMap(({ resourceId, extCps }) =>
    extCps.flatMap((config) => (config.cpdId === cpdId ? [{ network: resourceId, config }] : [])),
  );

/** All that is to get an address, once. */
function needsOf(of: OperationDraft): readonly Need[] {
  const present = of.adds.flatMap(({ vdu: { id }, index }) =>
    of.flavour.cps.filter(({ vduId }) => vduId === id).map((one) => ({ cpdId: one.id, index })),
  );
  const own = present.flatMap(({ cpdId, index }) =>
    configOf(of, cpdId).flatMap(({ network, config: { configs } }) =>
      (configs[index] ?? configs[0])?.addresses.map((each) => ({ network, of: each })),
    ),
  );
  const targets = of.flavour.extCps.flatMap(({ vipTargets = [] }) => vipTargets);
  const isShared = present.some(({ cpdId }) => targets.includes(cpdId));
  const vips = isShared
    ? configOf(of, 'vip').flatMap(({ network, config }) =>
        config.configs[0]?.addresses.map((each) => ({ network, of: each })),
      )
    : [];
  return [...own, ...vips].flatMap((one) => one ?? []);
}

const netOf = ({ type }: AddressRequest): Net => (type === 'IPV6' ? 'fd00::' : '10.9.0.');

/** What would serve, whoever has it. */
function servedBy({ network, of }: Need): readonly string[] {
  const { range } = of;
  const number = (text: string) => Number(/\d+$/.exec(text)?.[0]);
  const all =
    range === undefined
      ? of.fixed
      : Array.from({ length: 2 * span }, (_, at) => at + 1)
          .filter((at) => at >= number(range.min) && at <= number(range.max))
          .map((at) => `${netOf(of)}${String(at)}`);
  return all.map((address) => `${network}/${address}`);
}

/** Whether there is any way to serve all of them, tried one by one. */
function isPossible([first, ...rest]: readonly (readonly string[])[], used: ReadonlySet<string>): boolean {
  if (first === undefined) return true;
  return first.some((key) => !used.has(key) && isPossible(rest, new Set(used).add(key)));
}

const keysGiven = (vnfcs: readonly Vnfc[]): readonly string[] => {
  const vips = new Set(
    vnfcs.flatMap((vnfc) => vnfc.cps.flatMap(({ vips: all = [] }) => all.flatMap(({ addresses }) => addresses))),
  );
  return [
    ...vnfcs.flatMap((vnfc) => vnfc.cps.flatMap(addressKeys)),
    ...[...vips].map((text) => `data/${text.replace(/\/.*/, '')}`),
  ];
};

const tight = { numRuns: 1500 };

it('are refused only when nobody could give them, and each is given once', () => {
  const [contended, refused] = [new Tried('addresses that several want'), new Tried('requests that cannot be served')];
  fc.assert(
    fc.property(caseArb, ({ draft: of, taken }) => {
      const needs = needsOf(of).map(servedBy);
      const outcome = bind(of, { addressing: addressing({ taken }) });
      contended.is(new Set(needs.flat()).size < needs.flat().length);
      expect(outcome.ok).toBe(isPossible(needs, new Set(taken)));
      if (refused.is(!outcome.ok) || !outcome.ok) return;
      const given = keysGiven(outcome.value);
      expect(given).toHaveLength(needs.length);
      expect(new Set(given).size).toBe(given.length);
      expect(given.filter((key) => taken.includes(key))).toEqual([]);
      expect(
        isPossible(
          needs.map((keys) => keys.filter((key) => given.includes(key))),
          new Set(),
        ),
      ).toBe(true);
    }),
    tight,
  );
  contended.expectShare(0.25);
  refused.expectShare(0.05);
});

it('of a VNFC are the fixed ones of its ordinal when nobody else has them', () => {
  const own = new Tried('fixed addresses of an ordinal');
  fc.assert(
    fc.property(caseArb, ({ draft: of, taken }) => {
      const outcome = bind(of, { addressing: addressing({ taken }) });
      const vnfcs = outcome.ok ? outcome.value : [];
      const wanted = needsOf(of).flatMap(servedBy);
      for (const vnfc of vnfcs)
        for (const { cpdId, addresses } of vnfc.cps) {
          const [found] = configOf(of, cpdId);
          const first = found?.config.configs.length === 1 ? found.config.configs[0]?.addresses[0] : undefined;
          const meant = first?.fixed[vnfc.index];
          if (found === undefined || first === undefined || meant === undefined) continue;
          const keys = first.fixed.map((address) => `${found.network}/${address}`);
          const isAlone = keys.every((key) => wanted.filter((one) => one === key).length === sharing(of, cpdId));
          const isFree = !keys.some((key) => taken.includes(key));
          if (own.is(isFree && isAlone)) expect(addresses[0]).toMatch(`${meant}/`);
        }
    }),
    tight,
  );
  own.expectShare(0.05);
});

/** How many VNFCs choose from the one entry of this connection point. */
const sharing = (of: OperationDraft, cpdId: string): number => {
  const vduId = of.flavour.cps.find(({ id }) => id === cpdId)?.vduId;
  return of.adds.filter((one) => one.vdu.id === vduId).length;
};
