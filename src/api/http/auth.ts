/**
 * Bearer tokens guard the API (RFC 6750; SOL013 clause 8.3): who shows one is its caller. `X-Auth-Token` carries it for clients that know only
 * that header. Compared in constant time.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../../shared/caller.js';
import { cut } from '../../shared/cut.js';
import { refusal, type ProblemError } from './problem-error.js';

/** A token, and whose it is. */
export interface Credential {
  readonly token: string;
  readonly caller: Caller;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Digests have one length, so that comparing tells nothing about the token's. */
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

type Presented =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'none' | 'malformed' }
  | { readonly kind: 'other-scheme'; readonly scheme: string };

/** Authorization is `scheme credentials` (RFC 9110 clause 11.4); of Bearer they are one word (RFC 6750 clause 2.1). */
function presented({ authorization = '', 'x-auth-token': plain }: IncomingHttpHeaders): Presented {
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  const token = bearer ?? (typeof plain === 'string' && plain !== '' ? plain : undefined);
  if (token !== undefined) return { kind: 'token', token };
  if (authorization === '') return { kind: 'none' };
  const scheme = /^([!#$%&'*+.^_`|~\w-]+) +\S/.exec(authorization)?.[1];
  if (scheme === undefined || scheme.toLowerCase() === 'bearer') return { kind: 'malformed' };
  return { kind: 'other-scheme', scheme };
}

/** Who asks, or why that is not known. */
export function authenticated(credentials: readonly Credential[], headers: IncomingHttpHeaders): Caller | ProblemError {
  const given = presented(headers);
  switch (given.kind) {
    case 'token':
      return callerWith(credentials, given.token) ?? unauthorized('The token is not valid.', 'invalid_token');
    case 'none':
      return unauthorized('The request carries no token.');
    // An error code would say that the token is at fault (RFC 6750 clause 3.1).
    case 'other-scheme':
      return unauthorized(`Authorization is of the scheme ${cut(given.scheme)}; send it as "Bearer <token>".`);
    // SOL013 table 6.4-1; RFC 6750 clause 3.1.
    case 'malformed':
      return refusal('malformed-request', 'Authorization is not of the form "Bearer <token>".', {
        'www-authenticate': challenge('invalid_request'),
      });
  }
}

/** All are compared: how long it takes tells nothing of which it was. */
const callerWith = (credentials: readonly Credential[], token: string): Caller | undefined =>
  credentials.filter((each) => same(each.token, token))[0]?.caller;

const challenge = (error?: string): string =>
  error === undefined ? 'Bearer realm="berth"' : `Bearer realm="berth", error="${error}"`;

const unauthorized = (detail: string, error?: string): ProblemError =>
  refusal('unauthorized', detail, { 'www-authenticate': challenge(error) });
