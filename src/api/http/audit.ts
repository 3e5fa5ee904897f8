/**
 * One entry for every changing request, and for every request that was refused for its token: who, what, from where, and what
 * came of it. Neither bodies nor queries stand in it, for both may hold secrets.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { cut } from '../../shared/cut.js';
import { RefusalBudget } from './refusal-budget.js';
import { pathOf } from './request-rules.js';
import { seenOf } from './seen.js';

export type Audit = (entry: Readonly<Record<string, unknown>>) => void;

const reading: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];
const refusing: readonly number[] = [401, 403];

/** Install before whatever may refuse. */
export function installAudit(server: FastifyInstance, audit: Audit): void {
  const refusals = new RefusalBudget(() => performance.now());
  server.addHook('onRequest', (request, reply, done) => {
    // Also of a client that has left before its answer.
    reply.raw.once('close', () => {
      const isRefused = refusing.includes(reply.statusCode);
      if (reading.includes(request.method) && !isRefused) return;
      const unwritten = isRefused ? refusals.take() : 0;
      if (unwritten === undefined) return;
      audit({ ...entryOf(request, reply), ...(unwritten > 0 && { unwrittenBefore: unwritten }) });
    });
    done();
  });
}

function entryOf(request: FastifyRequest, reply: FastifyReply): Readonly<Record<string, unknown>> {
  const { client, via } = seenOf(request);
  const location = reply.getHeader('location');
  const isAnswered = reply.raw.writableFinished;
  return {
    time: new Date().toISOString(),
    requestId: request.id,
    client,
    ...(via !== undefined && { via }),
    ...shownBy(request.raw.socket),
    token: tokenOf(request, reply.statusCode),
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

/** Whether there was one, and whether it was right; never the token itself. */
function tokenOf({ headers }: FastifyRequest, status: number): string {
  if (headers.authorization === undefined && headers['x-auth-token'] === undefined) return 'none';
  return status === 401 ? 'wrong' : 'given';
}

function shownBy(socket: Socket): { readonly certificate?: string } {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return {};
  const { subject } = socket.getPeerCertificate();
  return subject === undefined ? {} : { certificate: cut(JSON.stringify(subject)) };
}
