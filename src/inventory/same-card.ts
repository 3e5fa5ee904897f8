/**
 * Which card of one reading of a host is which of another: by serial number, else by MAC address, else by the PCI address,
 * as long as nothing says that buses were renumbered in between.
 */
import type { PciFunction } from './model.js';

export interface SeenCard {
  /** Of its physical function. */
  readonly address: string;
  readonly pf: PciFunction | undefined;
  /** Vendor and device; empty while its physical function is not there. */
  readonly model: string;
  readonly serial: string | undefined;
  /** The one that it has now, if it tells any, and those that it is known by; the first one known is the last here. */
  readonly macs: readonly string[];
  /** `card`, `vf0`, `vf1`, … -> address. */
  readonly parts: ReadonlyMap<string, string>;
}

export interface Pair {
  readonly before: SeenCard;
  readonly now: SeenCard;
}

export const wholeCard = 'card';

export function cardsOf(functions: readonly PciFunction[]): readonly SeenCard[] {
  const byCard = Map.groupBy(
    functions.filter(({ kind }) => kind !== 'other'),
    ({ kind, address, parent }) => (kind === 'pf' ? address : (parent ?? `alone ${address}`)),
  );
  return [...byCard].map(([address, parts]) => cardFrom(address, parts));
}

function cardFrom(address: string, parts: readonly PciFunction[]): SeenCard {
  const pf = parts.find(({ kind }) => kind === 'pf');
  const remembered = pf?.knownMac ?? pf?.earlier?.card?.mac ?? (pf === undefined ? macOfParts(parts) : undefined);
  return {
    address,
    pf,
    model: pf === undefined ? '' : `${pf.vendorId}:${pf.deviceId}`,
    serial: serialOf(pf) ?? (pf === undefined ? serialOfParts(parts) : undefined),
    macs: [pf?.mac, remembered].flatMap((mac) => mac ?? []),
    parts: new Map(parts.map((one) => [partOf(one), one.address])),
  };
}

const partOf = ({ kind, vfIndex, address }: PciFunction): string =>
  kind === 'pf' ? wholeCard : vfIndex === undefined ? `at ${address}` : `vf${String(vfIndex)}`;

/** Functions that are gone remember their card. */
const macOfParts = (parts: readonly PciFunction[]): string | undefined =>
  parts.map(({ earlier }) => earlier?.card?.mac).find((mac) => mac !== undefined);
const serialOfParts = (parts: readonly PciFunction[]): string | undefined =>
  parts.map(({ earlier }) => earlier?.card?.serial).find((serial) => serial !== undefined);

/** Ports of one card share its serial number. */
export const serialOf = (pf: PciFunction | undefined): string | undefined =>
  pf?.serial === undefined ? undefined : `${pf.vendorId}:${pf.deviceId} ${pf.serial} ${pf.address.slice(-1)}`;

/**
 * Within one boot of the host buses keep their numbers, and a MAC address may change (in a bond, or by `ip link set`); from one
 * boot to the next it is the other way round. `left`: those of before that nothing of now is known to be.
 */
export function pairsOf(
  before: readonly PciFunction[],
  now: readonly PciFunction[],
  isSameBoot: boolean,
): { readonly pairs: readonly Pair[]; readonly left: readonly SeenCard[] } {
  const pairing = new Pairing(cardsOf(before), cardsOf(now));
  if (isSameBoot) pairing.byAddress((one, other) => isThere(one) && isSameModel(one, other));
  pairing.by(
    ({ serial }) => serial,
    ({ serial }) => serial,
  );
  pairing.by(currentMac, currentMac);
  pairing.by(({ macs }) => macs.at(-1), currentMac);
  pairing.byAddress((one, other) => pairing.mayBe(one, other));
  return { pairs: pairing.pairs, left: pairing.before };
}

const currentMac = ({ pf }: SeenCard): string | undefined => pf?.mac;

const isThere = ({ pf }: SeenCard): boolean => pf !== undefined && pf.isGone !== true;

const isSameModel = (one: SeenCard, other: SeenCard): boolean =>
  one.model === '' || other.model === '' || one.model === other.model;

/** Chosen by somebody, not by the manufacturer. */
const isLocal = (mac: string): boolean => (parseInt(mac.slice(0, 2), 16) & 2) !== 0;

class Pairing {
  readonly pairs: Pair[] = [];
  before: readonly SeenCard[];
  private now: readonly SeenCard[];
  private readonly macsNow: readonly string[];
  private readonly macsBefore: ReadonlySet<string>;
  /** Every card of before has one at its address. */
  private readonly isSameSet: boolean;

  constructor(before: readonly SeenCard[], now: readonly SeenCard[]) {
    this.before = before;
    this.now = now;
    const addresses = new Set(now.map(({ address }) => address));
    this.isSameSet = before.every(({ address }) => addresses.has(address));
    this.macsNow = now.flatMap((card) => currentMac(card) ?? []);
    this.macsBefore = new Set(before.flatMap(({ macs }) => macs));
  }

  /** A name that two have on either side, such as the MAC address of a bond, says nothing. */
  by(nameBefore: (card: SeenCard) => string | undefined, nameNow: (card: SeenCard) => string | undefined): void {
    const there = Map.groupBy(this.now, nameNow);
    for (const [name, cards] of Map.groupBy(this.before, nameBefore)) {
      const found = name === undefined ? undefined : there.get(name);
      const [before, now] = [cards[0], found?.[0]];
      if (cards.length === 1 && found?.length === 1 && before && now) this.join(before, now);
    }
  }

  byAddress(isSame: (before: SeenCard, now: SeenCard) => boolean): void {
    for (const before of this.before) {
      const now = this.now.find(({ address }) => address === before.address);
      if (now !== undefined && isSame(before, now)) this.join(before, now);
    }
  }

  /** Nothing tells what it is, and nothing says that it is another. */
  mayBe(before: SeenCard, now: SeenCard): boolean {
    if (!isSameModel(before, now)) return false;
    if (before.serial !== undefined && now.serial !== undefined) return false;
    const hasMoved = this.pairs.some((pair) => pair.before.address !== pair.now.address);
    const mac = currentMac(now);
    // A guest that runs has kept its card, and of a card without MAC address nobody ever told more.
    if (mac === undefined) return !hasMoved || now.pf?.guest !== undefined || before.macs.length === 0;
    if (hasMoved || before.macs.length === 0) return !hasMoved;
    return isThere(before) && this.isSameSet && this.isGiven(mac);
  }

  /** A MAC address that says nothing of the card: of a bond, or set by somebody. */
  private isGiven(mac: string): boolean {
    return isLocal(mac) || this.macsBefore.has(mac) || this.macsNow.filter((one) => one === mac).length > 1;
  }

  private join(before: SeenCard, now: SeenCard): void {
    this.pairs.push({ before, now });
    this.before = this.before.filter((one) => one !== before);
    this.now = this.now.filter((one) => one !== now);
  }
}
