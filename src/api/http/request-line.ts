/**
 * What of a request's head is looked up, stored or given back: its target and its Host. Both are well-formed text, or the
 * request is refused before anybody looks something up by them.
 */
import type { IncomingMessage } from 'node:http';
import { limitOf } from './limits.js';
import { refusal, type ProblemError } from './problem-error.js';

/**
 * The target with the one spelling that its path has: characters that need no escape have none (RFC 3986 clause 6.2.2.2).
 * The router and everything that looks at the path see this one, or what holds for a path could be passed by.
 */
export function plainTarget(url: string): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  return path.replaceAll(/%[0-9a-f]{2}/gi, unescaped) + (end < 0 ? '' : url.slice(end));
}

const unescaped = (escape: string): string => {
  const sign = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return /[A-Za-z0-9._~-]/.test(sign) ? sign : escape;
};

export const targetTooLong = (): ProblemError =>
  refusal('uri-too-long', `The target of a request may have ${limitOf('targetChars')} characters at most.`);

export const pathPartTooLong = (): ProblemError =>
  refusal('uri-too-long', `A part of a path may have ${limitOf('pathPartChars')} characters at most.`);

export function targetRefusal(url: string): ProblemError | undefined {
  if (url.length > limitOf('targetChars')) return targetTooLong();
  const [path = '', ...query] = url.split('?');
  const found = pathFault(path) ?? queryFault(query.join('?'));
  return found === undefined ? undefined : refusal('malformed-request', `The ${found}; correct it.`);
}

function pathFault(path: string): string | undefined {
  const text = decoded(path);
  if (text === undefined) return 'path has a % escape that is no UTF-8';
  return /\p{Cc}/u.test(text) ? 'path has a control character' : undefined;
}

/** Values may have several lines, as descriptions have; nothing can be stored with U+0000. */
function queryFault(query: string): string | undefined {
  const text = decoded(query);
  if (text === undefined) return 'query has a % escape that is no UTF-8';
  return text.includes('\0') ? 'query has the character U+0000' : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A name or address with a port (RFC 9110 clause 7.2): URIs of resources are made from it, and subscriptions keep one. */
const authority = /^(?:[A-Za-z0-9._~-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** Also what only looks like one, a port of 70000 or an address of 999, would be no URI. */
export const isAuthority = (text: string): boolean => authority.test(text) && URL.canParse(`http://${text}`);

export function hostRefusal({ headers: { host }, rawHeaders }: IncomingMessage): ProblemError | undefined {
  const count = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
  if (count > 1) return refusal('malformed-request', 'The request has several Host headers; send one.');
  if (host === undefined || host === '' || isAuthority(host)) return undefined;
  return refusal('malformed-request', 'The Host header is no name or address with a port; correct it.');
}

/**
 * A target in absolute form (RFC 9112 clause 3.2.2) as origin form: its authority counts, and the Host header does not.
 * Changes the header, so that whoever reads it later sees what counts.
 */
export function originForm(request: IncomingMessage): string {
  const { url = '/', headers } = request;
  const [, host, rest = ''] = /^https?:\/\/([^/?#]*)([^#]*)/i.exec(url) ?? [];
  if (host === undefined) return url;
  headers.host = host;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
