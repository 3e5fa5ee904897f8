/**
 * What Node's parser does not take for HTTP is answered as a problem too (SOL013 clause 6.3), and the connection ends: the
 * next request on it could not be told from the rest of this one.
 */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { problem, type Problem } from '../../shared/problem.js';
import { closeSoon } from './closing.js';
import { limitOf } from './limits.js';
import { targetTooLong } from './request-line.js';
import type { Timers } from '../../shared/clock.js';

/** `rawPacket`: what came last. */
type ParserError = Error & { readonly code?: string; readonly rawPacket?: unknown };

/** Answered as far as the client still listens; nothing is thrown. */
export function answerClientError(error: ParserError, socket: Duplex, clock: Timers): void {
  // Of a connection that TLS has not begun on nobody can read an answer.
  if (error.code === 'ECONNRESET' || isOfTls(error) || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, ...rest } = problemOf(error);
  const body = JSON.stringify({ status, ...rest });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  closeSoon(socket, limitOf('lingerMs'), clock);
}

const isOfTls = ({ code = '' }: { readonly code?: string }): boolean =>
  code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO';

function problemOf({ code, message, rawPacket }: ParserError): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const [line = ''] = Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1').split('\r\n', 1) : [];
    if (/^[A-Z]+ \S/.test(line) && line.length > limitOf('targetChars')) return targetTooLong().problem;
    return problem('header-too-large', 'The head of the request is too large.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return problem('request-timeout', 'The request did not arrive in time.');
  return problem('malformed-request', `The request is not HTTP: ${message}.`);
}
