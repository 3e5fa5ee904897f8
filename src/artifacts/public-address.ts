/**
 * Addresses that a server may fetch from for an unknown client: globally reachable ones (IANA special-purpose registries, RFC
 * 6890). Loopback, private, link-local, shared, multicast, documentation and translated forms of them are not.
 */
import { BlockList, isIP } from 'node:net';

const special = new BlockList();
for (const [address, prefix] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12],
  ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15],
  ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) special.addSubnet(address, prefix, 'ipv4'); // prettier-ignore

/** Only 2000::/3 is handed out; inside it, what is special. IPv4 in disguise (mapped, NAT64) lies outside. */
const handedOut = new BlockList();
handedOut.addSubnet('2000::', 3, 'ipv6');
for (const [address, prefix] of [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]] as const) {
  special.addSubnet(address, prefix, 'ipv6');
} // prettier-ignore

export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  return family === 6 && handedOut.check(address, 'ipv6') && !special.check(address, 'ipv6');
}
