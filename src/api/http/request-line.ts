/**
 * What of a request's head is looked up, stored or given back: its target and its Host. Both are well-formed text, or the
 * request is refused before anybody looks something up by them.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { refusal, type ProblemError } from './problem-error.js';

export function targetRefusal(url: string): ProblemError | undefined {
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

export function hostRefusal({ host }: IncomingHttpHeaders): ProblemError | undefined {
  if (host === undefined || host === '' || authority.test(host)) return undefined;
  return refusal('malformed-request', 'The Host header is no name or address with a port.');
}
