/**
 * One or two hosts with cards of few functions and slow links, and VNFCs that want little but VFs with a bit rate: cases in
 * which it matters which card serves whom.
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

const wishArb: fc.Arbitrary<PciDemand> = fc.record({
  cpdId: fc.constant('cp'),
  kind: fc.constant('vf' as const),
  cellPolicy: fc.constantFrom('required', 'preferred', 'none'),
  bitrateMbps: fc.constantFrom(500, 1000, 1500),
});

const demandArb = (name: string): fc.Arbitrary<VnfcDemand> =>
  fc
    .array(wishArb, { minLength: 1, maxLength: 3 })
    .map((wishes) => demand(name, { pciFunctions: wishes.map((wish, at) => ({ ...wish, cpdId: `cp${String(at)}` })) }));

/** What a VNFC that stands already took of the first card. */
const held = ({ id }: Host, amount: number): Claim => ({
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

export const cardCaseArb: fc.Arbitrary<Case> = fc
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
