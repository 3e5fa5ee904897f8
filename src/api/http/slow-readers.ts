/**
 * Clients that do not read their answer. Without a limit they would hold it, and what it is made from, forever.
 */
import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import type { Timers } from '../../shared/clock.js';

export interface AnswerLimits {
  /** Longest time without progress. */
  readonly silenceMs: number;
  /** For all of an answer that is no file. */
  readonly wholeMs: number;
}

export function installSlowReaderRule(
  server: FastifyInstance,
  { silenceMs, wholeMs }: AnswerLimits,
  clock: Timers,
): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    const { socket } = request.raw;
    // Nobody listens for it: Node ends the connection. Keep-alive sets it again after the answer.
    socket.setTimeout(silenceMs);
    if (!(payload instanceof Readable)) {
      const timer = clock.after(wholeMs, () => socket.destroy()).unref();
      reply.raw.once('close', () => timer.cancel());
    }
    done();
  });
}
