/**
 * Which addresses Berth calls for a subscriber. EMs, VNFMs and NFVOs live in private networks, so those are called unless
 * the operator says otherwise. Loopback is not: services there take whoever reaches them for the machine's own. What no
 * subscriber can be at (link-local with the metadata services of clouds, multicast) is called for nobody. A name is
 * resolved once and the connection goes to that very address, so that it cannot change in between.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { errorText } from '../shared/error-text.js';
import { isOrigin } from '../shared/origin.js';

export interface CallbackRules {
  /** Origins that may be called even on loopback; with `onlyAllowed` nothing else may be. Patterns: shared/origin.ts. */
  readonly allowed: readonly string[];
  readonly onlyAllowed: boolean;
}

export interface Address {
  readonly address: string;
  readonly family: number;
}

export type Resolve = (name: string) => Promise<readonly Address[]>;

const systemResolve: Resolve = (name) => lookup(name, { all: true, verbatim: true });

/** `BlockList` sees IPv4 in its IPv6 mapping as well; the NAT64 form of link-local stands here by itself. */
const never = new BlockList();
for (const [address, prefix, family] of [
  ['0.0.0.0', 8, 'ipv4'], ['169.254.0.0', 16, 'ipv4'], ['224.0.0.0', 4, 'ipv4'], ['240.0.0.0', 4, 'ipv4'],
  ['100.100.100.200', 32, 'ipv4'], ['168.63.129.16', 32, 'ipv4'],
  ['::', 128, 'ipv6'], ['fe80::', 10, 'ipv6'], ['ff00::', 8, 'ipv6'], ['64:ff9b::a9fe:0', 112, 'ipv6'],
  ['fd00:ec2::254', 128, 'ipv6'], ['fd20:ce::254', 128, 'ipv6'],
] as const) never.addSubnet(address, prefix, family); // prettier-ignore

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const isIn = (list: BlockList, { address, family }: Address): boolean =>
  list.check(address, family === 6 ? 'ipv6' : 'ipv4');

/** The address to connect to, or why there is none, as the end of a sentence. All addresses of a name must be good. */
export async function addressOf(
  url: URL,
  rules: CallbackRules,
  resolve: Resolve = systemResolve,
): Promise<Address | { readonly why: string }> {
  const isAllowed = rules.allowed.some((origin) => isOrigin(url, origin));
  if (!isAllowed && rules.onlyAllowed)
    return { why: `${url.origin} is not in callbackAllowed, and only that is called` };
  const found = await resolved(url.hostname.replace(/^\[|\]$/g, ''), resolve);
  if ('why' in found) return found;
  const bad = found.find((each) => isIn(never, each));
  if (bad) return { why: `${url.origin} is at ${bad.address}, which is never called` };
  const own = found.find((each) => isIn(loopback, each));
  if (own && !isAllowed) {
    return { why: `${url.origin} is on loopback (${own.address}), where only what is in callbackAllowed is called` };
  }
  return found[0] ?? { why: `${url.hostname} has no address` };
}

async function resolved(name: string, resolve: Resolve): Promise<readonly Address[] | { readonly why: string }> {
  const family = isIP(name);
  if (family !== 0) return [{ address: name, family }];
  try {
    return await resolve(name);
  } catch (error) {
    return { why: `${name} cannot be resolved: ${errorText(error)}` };
  }
}
