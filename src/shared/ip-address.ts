/**
 * IP addresses as numbers, IPv4 and IPv6 alike (RFC 4291, RFC 4632).
 */
export interface Ip {
  readonly version: 4 | 6;
  readonly value: bigint;
}

/** Reads an address; undefined when the text is none. */
export function parseIp(text: string): Ip | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Ip | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return { version: 4, value: parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n) };
}

function parseIpv6(text: string): Ip | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return { version: 6, value: groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n) };
}

export function formatIp(ip: Ip): string {
  if (ip.version === 4) return formatIpv4(Number(ip.value));
  const groups = Array.from({ length: 8 }, (_, at) => ((ip.value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
  return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
}

/** Thousands are tried for an operation. */
const formatIpv4 = (value: number): string =>
  `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

/** The one form in which an address is compared, claimed and shown; text that is none stays as it is. */
export function canonicalIp(text: string): string {
  const ip = parseIp(text);
  return ip === undefined ? text : formatIp(ip);
}

/** Whether an address is of the subnet, given as CIDR; false also for what is neither. */
/** Whether an address lies in a range, its ends included. */
export function isBetween(address: string, min: string, max: string): boolean {
  const [ip, first, last] = [parseIp(address), parseIp(min), parseIp(max)];
  if (ip === undefined || first?.version !== ip.version || last?.version !== ip.version) return false;
  return first.value <= ip.value && ip.value <= last.value;
}

export function isWithin(address: string, cidr: string): boolean {
  const [network = '', length = ''] = cidr.split('/');
  const ip = parseIp(address);
  const subnet = parseIp(network);
  if (ip === undefined || subnet?.version !== ip.version) return false;
  const width = ip.version === 4 ? 32 : 128;
  if (!/^\d{1,3}$/.test(length) || Number(length) > width) return false;
  const rest = BigInt(width - Number(length));
  return ip.value >> rest === subnet.value >> rest;
}

/** The subnet of an address as CIDR: `10.1.0.0/24` of `10.1.0.9/24`; undefined for what is none. */
export function subnetOf(cidr: string): string | undefined {
  const [address = '', length = ''] = cidr.split('/');
  const ip = isWithin(address, cidr) ? parseIp(address) : undefined;
  if (ip === undefined) return undefined;
  const rest = BigInt((ip.version === 4 ? 32 : 128) - Number(length));
  return `${formatIp({ ...ip, value: (ip.value >> rest) << rest })}/${length}`;
}

/** Whether text is an address, or a subnet as CIDR. */
export function isSubnet(text: string): boolean {
  const [address = '', ...length] = text.split('/');
  return length.length < 2 && isWithin(address, length.length === 0 ? wholeOf(address) : text);
}

/** As `isWithin`, of a subnet or of one address; what a socket tells of IPv4 by an IPv6 address is IPv4. */
export function isOneOf(address: string, subnets: readonly string[]): boolean {
  const plain = unmapped(address);
  return subnets.some((each) => isWithin(plain, each.includes('/') ? each : wholeOf(unmapped(each))));
}

export const isLoopback = (address: string): boolean => isOneOf(address, ['127.0.0.0/8', '::1/128']);

/** `::ffff:10.0.0.5` is `10.0.0.5`. */
export const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

const wholeOf = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`;
