/**
 * One entry for every changing request, and for every request that was refused for its token: who, what, from where, and what
 * came of it. Neither bodies nor queries stand in it, for both may hold secrets.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { cut } from '../../shared/cut.js';
import { defined } from '../../shared/defined.js';
import { authenticated, type Credential } from './auth.js';
import { ProblemError } from './problem-error.js';
import { RefusalBudget } from './refusal-budget.js';
import { pathOf } from './request-rules.js';
import { seenOf } from './seen.js';
import type { Clock } from '../../shared/clock.js';

export type Audit = (entry: Readonly<Record<string, unknown>>) => void;

const reading: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** Install before whatever may refuse. */
export function installAudit(
  server: FastifyInstance,
  credentials: readonly Credential[],
  audit: Audit,
  clock: Clock,
): void {
  const refusals = new RefusalBudget(() => clock.elapsedMs());
  server.addHook('onRequest', (request, reply, done) => {
    // Also of a client that has left before its answer.
    reply.raw.once('close', () => {
      if (reading.includes(request.method) && !isRefusedForToken(reply)) return;
      const shown = shownBy(request, credentials);
      // A page needs no token, and answers changes with 405: these are bounded as well.
      const unwritten = shown.token === 'given' ? 0 : refusals.take();
      if (unwritten === undefined) return;
      audit({
        time: new Date(clock.now()).toISOString(),
        ...entryOf(request, reply, shown),
        ...(unwritten > 0 && { unwrittenBefore: unwritten }),
      });
    });
    done();
  });
}

/** Also by 400, where Authorization cannot be read. */
const isRefusedForToken = (reply: FastifyReply): boolean => reply.hasHeader('www-authenticate');

function entryOf(request: FastifyRequest, reply: FastifyReply, shown: Shown): Readonly<Record<string, unknown>> {
  const { client, via } = seenOf(request);
  const location = reply.getHeader('location');
  const isAnswered = reply.raw.writableFinished;
  return {
    requestId: request.id,
    client,
    ...defined({ via }),
    ...certificateOf(request.raw.socket),
    ...shown,
    method: request.method,
    path: cut(pathOf(request)),
    ...(reply.raw.headersSent && { status: reply.statusCode }),
    outcome: isAnswered ? outcomeOf(reply.statusCode) : 'client left before the answer',
    ...(typeof location === 'string' && { location }),
    durationMs: Math.round(reply.elapsedTime),
  };
}

function outcomeOf(status: number): string {
  if (status < 400) return status === 202 ? 'accepted' : 'done';
  return status < 500 ? 'refused' : 'failed';
}

interface Shown {
  /** Whether there was one, and whether it was right; never the token itself. */
  readonly token: 'given' | 'wrong' | 'none';
  /** Whose it is. */
  readonly subject?: string;
}

function shownBy({ headers }: FastifyRequest, credentials: readonly Credential[]): Shown {
  if (headers.authorization === undefined && headers['x-auth-token'] === undefined) return { token: 'none' };
  const caller = authenticated(credentials, headers);
  return caller instanceof ProblemError ? { token: 'wrong' } : { token: 'given', subject: caller.subject };
}

function certificateOf(socket: Socket): { readonly certificate?: string } {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return {};
  const { subject } = socket.getPeerCertificate();
  return subject === undefined ? {} : { certificate: cut(JSON.stringify(subject)) };
}
