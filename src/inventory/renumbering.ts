/**
 * Where PCI functions are after buses were renumbered: cards are known again by serial number or MAC address, their
 * virtual functions by number. Pure: the store moves facts, claims and records by it in one transaction.
 */
import { defined } from '../shared/defined.js';
import { cardsOf, pairsOf, wholeCard, type Pair, type SeenCard } from './same-card.js';
import type { CardIdentity, HostFacts, PciFunction } from './model.js';

/**
 * Address until now -> address from now on, of cards and functions. One that is not on the host, and whose address another
 * has now, gets a name that is no address (`0c:42:a1:00:00:01/vf3`) until it is back.
 */
export type Moves = ReadonlyMap<string, string>;

/** Empty: everything is where it was. `isSameBoot`: the host was in reach all the time in between. */
export function movesOf(before: HostFacts, now: HostFacts, isSameBoot: boolean): Moves {
  if (isWhereItWas(before, now)) return new Map();
  const { pairs, left } = pairsOf(before.pciFunctions, now.pciFunctions, isSameBoot);
  const moves = new Map<string, string>();
  const missing: Missing[] = [];
  for (const pair of pairs) {
    if (pair.before.address !== pair.now.address) moves.set(pair.before.address, pair.now.address);
    for (const [part, address] of pair.before.parts) {
      const to = partNow(pair, part, address);
      if (to === undefined) missing.push({ card: pair.before, part, address });
      else if (to !== address) moves.set(address, to);
    }
  }
  for (const card of left) for (const [part, address] of card.parts) missing.push({ card, part, address });
  return withNamesOfMissing(moves, missing, before, now);
}

interface Missing {
  readonly card: SeenCard;
  readonly part: string;
  readonly address: string;
}

/** Of one whose number on its card is not told on both sides, the address decides. */
function partNow({ before, now }: Pair, part: string, address: string): string | undefined {
  const known = now.parts.get(part);
  if (known !== undefined) return known;
  const there = [...now.parts].find(([, at]) => at === address)?.[0];
  return there === undefined || before.parts.has(there) ? undefined : address;
}

function withNamesOfMissing(
  moves: Map<string, string>,
  missing: readonly Missing[],
  before: HostFacts,
  now: HostFacts,
): Moves {
  const taken = new Set(now.pciFunctions.map(({ address }) => address));
  const names = new Set(before.pciFunctions.flatMap(({ address, parent }) => [address, parent ?? '']));
  const cards = new Map<SeenCard, string>();
  for (const { card, part, address } of missing) {
    if (!taken.has(address)) continue;
    const name = cards.get(card) ?? nameOf(card, names);
    cards.set(card, name);
    names.add(name);
    if (!moves.has(card.address)) moves.set(card.address, name);
    moves.set(address, part === wholeCard ? name : `${name}/${part}`);
  }
  return moves;
}

function nameOf({ macs, address }: SeenCard, names: ReadonlySet<string>): string {
  let name = macs.at(-1) ?? `card-once-at-${address}`;
  while (names.has(name)) name = `${name}'`;
  return name;
}

/** Nearly every reading: nothing but counters and drivers has changed. */
function isWhereItWas({ pciFunctions: before }: HostFacts, { pciFunctions: now }: HostFacts): boolean {
  return (
    before.length === now.length &&
    before.every((one, at) => {
      const other = now[at];
      return (
        one.address === other?.address &&
        one.parent === other.parent &&
        one.vfIndex === other.vfIndex &&
        (one.kind !== 'pf' || (one.mac === other.mac && one.serial === other.serial && one.deviceId === other.deviceId))
      );
    })
  );
}

/** The same facts with the addresses of today. */
export function atNewAddresses(facts: HostFacts, moves: Moves): HostFacts {
  if (moves.size === 0) return facts;
  const to = new Set(moves.values());
  const stays = facts.pciFunctions.filter(({ address }) => moves.has(address) || !to.has(address));
  return { ...facts, pciFunctions: stays.map((one) => movedFunction(one, moves)) };
}

function movedFunction(one: PciFunction, moves: Moves): PciFunction {
  const at = (address: string): string => moves.get(address) ?? address;
  const moved = (card: CardIdentity | undefined) => card && { ...card, address: at(card.address) };
  const { earlier, nameWasOf } = one;
  return {
    ...one,
    address: at(one.address),
    ...defined({
      parent: one.parent === undefined ? undefined : at(one.parent),
      nameWasOf: moved(nameWasOf),
      earlier: earlier && { ...earlier, ...defined({ card: moved(earlier.card) }) },
    }),
  };
}

/** Remembers the MAC address that a card had first when it has another now, or tells none. */
export function withKnownMacs(facts: HostFacts, before: HostFacts | undefined): HostFacts {
  if (before === undefined) return facts;
  const then = new Map(cardsOf(before.pciFunctions).map((card) => [card.address, card]));
  const known = new Map<string, string>();
  for (const { kind, address, mac, vendorId, deviceId } of facts.pciFunctions) {
    const card = kind === 'pf' ? then.get(address) : undefined;
    const first = card?.macs.at(-1);
    const isOther = card?.pf !== undefined && card.model !== `${vendorId}:${deviceId}`;
    if (first === undefined || first === mac || isOther) continue;
    known.set(address, first);
  }
  if (known.size === 0) return facts;
  return {
    ...facts,
    pciFunctions: facts.pciFunctions.map((one) => {
      const knownMac = known.get(one.address);
      return knownMac === undefined ? one : { ...one, knownMac };
    }),
  };
}

/** A function of a card that is on no bus has a name instead of an address. */
export const isAddress = (name: string): boolean => /^[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/i.test(name);

/**
 * While a card that a VNFC holds is missing after a renumbering, one that tells neither MAC address nor serial number may be
 * it, and is given to nobody.
 */
export function withUnknownCards(facts: HostFacts): HostFacts {
  const missing = facts.pciFunctions.find(({ isGone, address }) => isGone === true && !isAddress(address));
  if (missing === undefined) return facts;
  const cards = cardsOf(facts.pciFunctions);
  const isUnknown = ({ pf, macs, serial }: SeenCard) =>
    pf !== undefined && pf.guest === undefined && macs.length === 0 && serial === undefined;
  const unknown = new Set(cards.filter(isUnknown).map(({ address }) => address));
  if (unknown.size === 0) return facts;
  const takenBy = `nobody can tell which card it is, for it has neither a MAC address nor a serial number that libvirt tells, and ${missing.address} of a VNFC is missing since buses were renumbered: bind the driver of the host to it`;
  return {
    ...facts,
    pciFunctions: facts.pciFunctions.map((one) =>
      one.takenBy === undefined && unknown.has(one.kind === 'vf' ? (one.parent ?? '') : one.address)
        ? { ...one, takenBy, takenFor: 'unusable' }
        : one,
    ),
  };
}
