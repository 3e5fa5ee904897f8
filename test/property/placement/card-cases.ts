/**
 * Hosts with cards of few functions and slow links, and VNFCs that want little but VFs with a bit rate: cases in which it
 * matters which card serves whom. Either one or two hosts with two cards each, or two or three hosts of one shape, which
 * only the bit rates that are taken tell apart.
 */
import fc from 'fast-check';
import type { Claim, Host } from '../../../src/inventory/model.js';
import type { PciDemand } from '../../../src/inventory/resources/held.js';
import type { VnfcDemand } from '../../../src/placement/model.js';
import { allocationId, opOccId, vnfcId, vnfInstanceId } from '../../../src/shared/ids.js';
import { card, demand, host, isolated, linked, question } from '../../builders/placement.js';
import type { Case } from './arbitraries.js';

const linkArb = fc.constantFrom(undefined, 1000, 2000, 3000);

const hostArb = (name: string): fc.Arbitrary<Host> =>
  fc
    .record({ first: linkArb, second: linkArb, vfs: fc.integer({ min: 1, max: 3 }), isAlone: fc.boolean() })
    .map(({ first, second, vfs, isAlone }) => {
      const cardOf = (bus: number, link: number | undefined) =>
        link === undefined ? card(bus, bus - 1, vfs) : linked(link, card(bus, bus - 1, vfs));
      const functions = isolated([...cardOf(1, first), ...cardOf(2, second)]);
      const shared = functions.map((one) => (one.iommuGroup === 101 ? { ...one, iommuGroup: 102 } : one));
      return host(name, { functions: isAlone ? functions : shared });
    });

const policyArb = fc.constantFrom<PciDemand['cellPolicy']>('required', 'preferred', 'none');

const wishArb: fc.Arbitrary<PciDemand> = fc.record({
  cpdId: fc.constant('cp'),
  kind: fc.constant('vf' as const),
  cellPolicy: policyArb,
  bitrateMbps: fc.constantFrom(500, 1000, 1500),
});

const demandArb = (name: string): fc.Arbitrary<VnfcDemand> =>
  fc
    .array(wishArb, { minLength: 1, maxLength: 3 })
    .map((wishes) => demand(name, { pciFunctions: wishes.map((wish, at) => ({ ...wish, cpdId: `cp${String(at)}` })) }));

/** What a VNFC that stands already took of the first card. */
const held = ({ id }: Pick<Host, 'id'>, amount: number): Claim => ({
  hostId: id,
  kind: 'bandwidth',
  key: '0000:01:00.0',
  exclusive: false,
  amount,
  allocationId: allocationId('old'),
  vnfcId: vnfcId('old'),
  vnfInstanceId: vnfInstanceId('old'),
  opOccId: opOccId('old'),
});

const fewCardsArb: fc.Arbitrary<Case> = fc
  .record({
    hosts: fc.oneof(fc.tuple(hostArb('h0')), fc.tuple(hostArb('h0'), hostArb('h1'))),
    demands: fc.oneof(fc.tuple(demandArb('v0'), demandArb('v1')), fc.tuple(demandArb('v0'))),
    taken: fc.constantFrom(0, 500, 1000),
  })
  .map(({ hosts, demands, taken }) => ({
    hosts,
    claims: taken === 0 ? [] : hosts.map((one) => held(one, taken)),
    request: question(demands, { budget: 50_000 }),
  }));

const zones = ['z1', 'z2', 'z3'];
const linkMbps = 1000;

/** What is left of a link, all of it cut into bit rates for VNFCs of which some ask for this host by its zone. */
const filledArb = (mostCuts: number) =>
  fc.record({
    taken: fc.constantFrom(0, 100, 200, 300, 400),
    cuts: fc.uniqueArray(fc.constantFrom(0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8), { minLength: 1, maxLength: mostCuts }),
    here: fc.array(fc.constantFrom(true, false, false, false), { minLength: 3, maxLength: 3 }),
  });

interface Wish {
  readonly bitrateMbps: number;
  readonly zone: string | undefined;
}

function wishesOf({ taken, cuts, here }: Filled, zone: string): readonly Wish[] {
  const left = linkMbps - taken;
  const at = [0, ...cuts.toSorted().map((part) => Math.round(part * left)), left];
  return at.slice(1).map((end, nth) => ({ bitrateMbps: end - (at[nth] ?? 0), zone: here[nth] ? zone : undefined }));
}

type Filled = ReturnType<typeof filledArb> extends fc.Arbitrary<infer T> ? T : never;

/** Hosts whose VNFCs fit when each goes where it was cut from, in any order; sometimes one of them wants a bit more. */
const alikeHostsArb: fc.Arbitrary<Case> = fc
  .record({
    fillings: fc.oneof(fc.tuple(filledArb(2), filledArb(2)), fc.tuple(filledArb(1), filledArb(1), filledArb(1))),
    cellPolicy: policyArb,
    more: fc.constantFrom(0, 0, 1),
    order: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
    strategy: fc.constantFrom<'pack' | 'spread'>('pack', 'spread'),
  })
  .map(({ fillings, cellPolicy, more, order, strategy }) => {
    const { facts } = host('h', { cells: 1, functions: linked(linkMbps, card(1, 0, 3)) });
    const hosts = fillings.map((_, at) => ({
      ...host(`h${String(at)}`, { cells: 1 }, { zone: zones[at] ?? '' }),
      facts,
    }));
    const wishes = fillings.flatMap((one, at) => wishesOf(one, zones[at] ?? ''));
    const demands = wishes
      .map((wish, at) => ({ ...wish, bitrateMbps: wish.bitrateMbps + (at === 0 ? more : 0), turn: order[at] ?? 0 }))
      .toSorted((a, b) => a.turn - b.turn)
      .map(({ bitrateMbps, zone }, at) =>
        demand(`v${String(at)}`, {
          pciFunctions: [{ cpdId: 'cp', kind: 'vf', cellPolicy, bitrateMbps }],
          ...(zone !== undefined && { zone }),
        }),
      );
    return {
      hosts,
      claims: fillings.flatMap(({ taken }, at) => (taken === 0 ? [] : [held(hosts[at]!, taken)])),
      request: question(demands, { budget: 50_000, strategy }),
    };
  });

export const cardCaseArb: fc.Arbitrary<Case> = fc.oneof(fewCardsArb, alikeHostsArb);
