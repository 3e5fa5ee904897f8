/**
 * Which IP addresses the connection points of a request get, IPv4 and IPv6 alike.
 */
import { formatIp, parseIp } from '../shared/ip-address.js';
import type { AddressRequest } from './model.js';

const searchLimit = 65_536n;

/** One address that a connection point, or a virtual address, of a request is to get. */
export interface AddressNeed {
  readonly network: string;
  readonly wish: AddressRequest;
  /** Which of the fixed ones is meant for it. */
  readonly ordinal: number;
}

export interface Choice {
  /** By need; `undefined`: none is left for it. */
  readonly addresses: readonly (string | undefined)[];
  /** Keys of fixed addresses that were meant for a need, and that somebody has. */
  readonly held: readonly string[];
}

/** The key under which an address is claimed: two networks may hold the same one. */
export const addressKey = (network: string, address: string): string => `${network}/${address}`;

/**
 * An address for each need, none twice and none of `taken`, all of them keys; a need goes without only when there is no way
 * to serve all. Fixed addresses go by the ordinal, the others are the lowest. Ranges pass over `named`, the fixed addresses
 * of the request, as long as they have others.
 */
export function chooseAddresses(
  needs: readonly AddressNeed[],
  taken: ReadonlySet<string>,
  named: ReadonlySet<string>,
): Choice {
  const seats = new Seats(needs, taken, named);
  const order = [...needs.keys()];
  for (const need of order) seats.takeOwn(need);
  for (const need of order.filter((each) => isFixed(needs[each]))) seats.take(need);
  for (const need of order.filter((each) => !isFixed(needs[each]))) seats.take(need);
  return { addresses: order.map((need) => seats.addressOf(need)), held: order.flatMap((need) => seats.heldOwn(need)) };
}

const isFixed = (need: AddressNeed | undefined): boolean => (need?.wish.fixed.length ?? 0) > 0;

/** Who sits where: an augmenting path is looked for when all that would serve a need is given away. */
class Seats {
  private readonly sitter = new Map<string, number>();
  private readonly seat = new Map<number, string>();
  private readonly ofRanges = new Map<string, readonly string[]>();

  constructor(
    private readonly needs: readonly AddressNeed[],
    private readonly taken: ReadonlySet<string>,
    private readonly named: ReadonlySet<string>,
  ) {}

  /** The fixed address of its ordinal, when nobody has it. */
  takeOwn(need: number): void {
    const key = this.ownKey(need);
    if (key !== undefined && !this.taken.has(key) && !this.sitter.has(key)) this.sit(need, key);
  }

  take(need: number): void {
    if (!this.seat.has(need)) this.find(need, new Set());
  }

  addressOf(need: number): string | undefined {
    return this.seat.get(need)?.slice(this.prefix(need).length);
  }

  heldOwn(need: number): readonly string[] {
    const key = this.ownKey(need);
    return key !== undefined && this.taken.has(key) ? [key] : [];
  }

  private find(need: number, seen: Set<string>): boolean {
    for (const key of this.keys(need)) if (!this.sitter.has(key)) return this.sit(need, key);
    for (const key of this.keys(need)) {
      const sitter = this.sitter.get(key);
      if (sitter === undefined || seen.has(key)) continue;
      seen.add(key);
      if (this.find(sitter, seen)) return this.sit(need, key);
    }
    return false;
  }

  private sit(need: number, key: string): true {
    this.sitter.set(key, need);
    this.seat.set(need, key);
    return true;
  }

  private ownKey(need: number): string | undefined {
    const own = this.needs[need];
    const address = own?.wish.fixed[own.ordinal];
    return address === undefined ? undefined : this.prefix(need) + address;
  }

  private prefix(need: number): string {
    return addressKey(this.needs[need]?.network ?? '', '');
  }

  /** What serves a need and is not taken, the best first. */
  private keys(need: number): readonly string[] {
    const wish = this.needs[need]?.wish;
    if (wish === undefined) return [];
    const prefix = this.prefix(need);
    if (wish.fixed.length > 0)
      return wish.fixed.map((address) => prefix + address).filter((key) => !this.taken.has(key));
    const range = `${prefix} ${wish.range?.min ?? ''} ${wish.range?.max ?? ''}`;
    const known = this.ofRanges.get(range);
    if (known !== undefined) return known;
    const keys = this.keysInRange(prefix, wish);
    this.ofRanges.set(range, keys);
    return keys;
  }

  /** As many as there are needs: one of them is always left for one more need. */
  private keysInRange(prefix: string, wish: AddressRequest): readonly string[] {
    const most = this.needs.length;
    const first: string[] = [];
    const later: string[] = [];
    for (const address of inRange(wish)) {
      const key = prefix + address;
      if (!this.taken.has(key)) (this.named.has(key) ? later : first).push(key);
      if (first.length === most) break;
    }
    return [...first, ...later].slice(0, most);
  }
}

function* inRange({ range }: AddressRequest): Iterable<string> {
  const min = range === undefined ? undefined : parseIp(range.min);
  const max = range === undefined ? undefined : parseIp(range.max);
  if (min === undefined || max?.version !== min.version) return;
  for (let value = min.value; value <= max.value && value - min.value < searchLimit; value += 1n)
    yield formatIp({ version: min.version, value });
}

/** The addresses of a CIDR that a host may have: all but the first and the last of an IPv4 subnet. */
export function hostRange(cidr: string): { readonly min: string; readonly max: string } | undefined {
  const [text = '', length = ''] = cidr.split('/');
  const ip = parseIp(text);
  const prefix = Number(length);
  const width = ip?.version === 6 ? 128 : 32;
  if (ip === undefined || !/^\d+$/.test(length) || prefix > width - 2) return undefined;
  const size = 1n << BigInt(width - prefix);
  const first = (ip.value / size) * size;
  return {
    min: formatIp({ version: ip.version, value: first + 1n }),
    max: formatIp({ version: ip.version, value: first + size - 2n }),
  };
}
