/**
 * One log line per change and per refusal, with the client's address. A client that is refused again and again is logged
 * at a bounded rate, and its next line says how many were left out: what it sends must not fill the disk.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { cut } from '../../shared/cut.js';
import { seenOf } from './seen.js';
import type { SteadyClock } from '../../shared/clock.js';

export interface RefusalLogLimits {
  /** Lines of one client before any is left out. */
  readonly burst: number;
  readonly perSecond: number;
  /** Clients that are told apart. */
  readonly clients: number;
}

interface Account {
  left: number;
  atMs: number;
  leftOut: number;
}

export const fieldsOf = (request: FastifyRequest) => ({
  requestId: request.id,
  client: seenOf(request).client,
  method: request.method,
  url: cut(request.url),
});

export function installRequestLog(
  server: FastifyInstance,
  log: Logger,
  limits: RefusalLogLimits,
  clock: Pick<SteadyClock, 'elapsedMs'>,
): void {
  const refusals = new RefusalLog(limits, () => clock.elapsedMs());
  server.addHook('onResponse', (request, reply, done) => {
    logRequest(log, refusals, request, reply);
    done();
  });
}

function logRequest(log: Logger, refusals: RefusalLog, request: FastifyRequest, reply: FastifyReply): void {
  const fields = { ...fieldsOf(request), status: reply.statusCode };
  if (request.method === 'GET' || request.method === 'HEAD') log.debug(fields, 'request');
  else if (reply.statusCode < 400 || reply.statusCode >= 500) log.info(fields, 'request');
  else {
    const leftOut = refusals.next(seenOf(request).client);
    if (leftOut !== 'leave out') log.info(leftOut === 0 ? fields : { ...fields, leftOut }, 'request');
  }
}

/** Who may have a line. The clients longest silent are forgotten first. */
export class RefusalLog {
  readonly #accounts = new Map<string, Account>();

  constructor(
    private readonly limits: RefusalLogLimits,
    private readonly nowMs: () => number,
  ) {}

  /** How many lines of the client were left out since its last one; or that this one is too. */
  next(client: string): number | 'leave out' {
    const account = this.account(client);
    if (account.left < 1) {
      account.leftOut += 1;
      return 'leave out';
    }
    const { leftOut } = account;
    account.left -= 1;
    account.leftOut = 0;
    return leftOut;
  }

  private account(client: string): Account {
    const { burst, perSecond, clients } = this.limits;
    const now = this.nowMs();
    const account = this.#accounts.get(client) ?? { left: burst, atMs: now, leftOut: 0 };
    account.left = Math.min(burst, account.left + ((now - account.atMs) / 1000) * perSecond);
    account.atMs = now;
    this.#accounts.delete(client);
    this.#accounts.set(client, account);
    const [oldest] = this.#accounts.keys();
    if (this.#accounts.size > clients && oldest !== undefined) this.#accounts.delete(oldest);
    return account;
  }
}
