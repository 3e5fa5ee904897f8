/**
 * One bearer token guards the API (RFC 6750; SOL013 clause 8.3). `X-Auth-Token` carries it for clients that know only
 * that header. Compared in constant time.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { refusal, type ProblemError } from './problem-error.js';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Digests have one length, so that comparing tells nothing about the token's. */
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

function presented(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const plain = headers['x-auth-token'];
  return bearer ?? (typeof plain === 'string' ? plain : undefined);
}

/** Undefined: the request may pass. */
export function authProblem(token: string, headers: IncomingHttpHeaders): ProblemError | undefined {
  const given = presented(headers);
  if (given !== undefined && same(given, token)) return undefined;
  const invalid = given !== undefined;
  return refusal('unauthorized', invalid ? 'The token is not valid.' : 'The request carries no token.', {
    'www-authenticate': invalid ? 'Bearer realm="berth", error="invalid_token"' : 'Bearer realm="berth"',
  });
}
