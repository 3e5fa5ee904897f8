/**
 * Which IP address a connection point gets: the next free one of a range, IPv4 and IPv6 alike.
 */
import { formatIp, parseIp } from '../shared/ip-address.js';
import type { AddressRequest } from './model.js';

const searchLimit = 65_536n;

/**
 * The address of one CP instance: the fixed one of its ordinal, or the first of the range that `taken` does not hold.
 * Undefined when none is left. `taken` holds formatted addresses of the same network.
 */
export function chooseAddress(wish: AddressRequest, ordinal: number, taken: ReadonlySet<string>): string | undefined {
  if (wish.fixed.length > 0) {
    const own = wish.fixed[ordinal];
    return own !== undefined && !taken.has(own) ? own : wish.fixed.find((address) => !taken.has(address));
  }
  const min = wish.range === undefined ? undefined : parseIp(wish.range.min);
  const max = wish.range === undefined ? undefined : parseIp(wish.range.max);
  if (min === undefined || max?.version !== min.version) return undefined;
  for (let value = min.value; value <= max.value && value - min.value < searchLimit; value += 1n) {
    const text = formatIp({ version: min.version, value });
    if (!taken.has(text)) return text;
  }
  return undefined;
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
