/**
 * What a proxy says of the client behind it: `Forwarded` (RFC 7239) or `X-Forwarded-For`, `-Proto`, `-Host`, `-Port` and
 * `-Prefix`. Each proxy adds at the end; what stands before the first one that is not trusted was written by anybody.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { defined } from '../../shared/defined.js';
import { parseIp, unmapped } from '../../shared/ip-address.js';
import { isAuthority } from './request-line.js';

export interface Forwarded {
  readonly client?: string;
  readonly proto?: string;
  readonly host?: string;
  readonly port?: string;
  readonly prefix?: string;
  /** What is wrong, in words; then only the client is known. */
  readonly fault?: string;
}

type IsTrusted = (address: string) => boolean;

export function forwardedBy(headers: IncomingHttpHeaders, isTrusted: IsTrusted): Forwarded {
  const standard = headers.forwarded === undefined ? {} : ofStandard(headers.forwarded, isTrusted);
  const usual = ofUsual(headers, isTrusted);
  const both = [standard, usual] as const;
  const fault = both.map(faultOf).find((each) => each !== undefined) ?? contradiction(standard, usual);
  const { client } = { ...usual, ...standard };
  return fault === undefined ? { ...usual, ...standard } : { ...defined({ client }), fault };
}

/** A proxy sets one kind and passes the other on as the client wrote it: then nobody knows which is true. */
function contradiction(standard: Forwarded, usual: Forwarded): string | undefined {
  const key = (['client', 'proto', 'host'] as const).find(
    (each) => standard[each] !== undefined && usual[each] !== undefined && standard[each] !== usual[each],
  );
  if (key === undefined) return undefined;
  return 'headers Forwarded and X-Forwarded say different things; have the proxy remove the kind that it does not set';
}

const path = /^(?:\/[A-Za-z0-9._~-]+)+$/;
const hasDots = (text: string): boolean => text.split('/').some((part) => part === '.' || part === '..');

function faultOf({ proto, host, port, prefix }: Forwarded): string | undefined {
  if (proto !== undefined && proto !== 'http' && proto !== 'https')
    return 'forwarded protocol is neither http nor https';
  if (host !== undefined && !isAuthority(host)) return 'forwarded host is no name or address with a port';
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) return 'forwarded port is none';
  if (prefix !== undefined && (!path.test(prefix) || hasDots(prefix))) return 'X-Forwarded-Prefix is no path';
  return undefined;
}

/** How many at the end of the chain were written by trusted proxies: the first of them says who the client is. */
function hopsOf(chain: readonly (string | undefined)[], isTrusted: IsTrusted): number {
  const before = chain.toReversed().findIndex((address) => address === undefined || !isTrusted(address));
  return before < 0 ? chain.length : before + 1;
}

function ofUsual(headers: IncomingHttpHeaders, isTrusted: IsTrusted): Forwarded {
  const chain = listOf(headers['x-forwarded-for']).map(addressIn);
  const hops = hopsOf(chain, isTrusted);
  const at = (name: string): string | undefined => {
    const values = listOf(headers[name]);
    return values[Math.max(0, values.length - Math.max(1, hops))];
  };
  const port = at('x-forwarded-port');
  const prefix = at('x-forwarded-prefix')?.replace(/\/$/, '');
  return told({
    client: chain[chain.length - hops],
    proto: at('x-forwarded-proto')?.toLowerCase(),
    host: at('x-forwarded-host'),
    port,
    prefix: prefix === '' ? undefined : prefix,
  });
}

function ofStandard(header: string, isTrusted: IsTrusted): Forwarded {
  const elements = elementsOf(header);
  if (elements === undefined) return { fault: 'header Forwarded is malformed (RFC 7239)' };
  const chain = elements.map((each) => addressIn(each.get('for') ?? ''));
  const hops = hopsOf(chain, isTrusted);
  const trusted = elements.slice(elements.length - hops);
  const first = (name: string): string | undefined => trusted.find((each) => each.has(name))?.get(name);
  return told({ client: chain[chain.length - hops], proto: first('proto')?.toLowerCase(), host: first('host') });
}

const told = (all: Readonly<Record<string, string | undefined>>): Forwarded =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));

const listOf = (header: string | readonly string[] | undefined): readonly string[] =>
  header === undefined
    ? []
    : String(header)
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '');

/** `192.0.2.43:4711`, `[2001:db8::1]:4711`, or the address alone; undefined for `unknown` and `_hidden`. */
function addressIn(node: string): string | undefined {
  const plain = /^\[(.*)\](?::\d+)?$/.exec(node)?.[1] ?? /^([\d.]+):\d+$/.exec(node)?.[1] ?? node;
  return parseIp(unmapped(plain)) === undefined ? undefined : unmapped(plain);
}

const pair = /\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z:[\]-]*))\s*([,;]|$)/y;

/** Elements with their pairs, names in lower case; undefined when it is none. */
function elementsOf(header: string): readonly ReadonlyMap<string, string>[] | undefined {
  const elements = [new Map<string, string>()];
  for (pair.lastIndex = 0; pair.lastIndex < header.length;) {
    const match = pair.exec(header);
    if (match === null) return undefined;
    const [, name = '', quoted, token = '', end] = match;
    elements.at(-1)?.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? token);
    if (end === ',') elements.push(new Map<string, string>());
  }
  return elements;
}
