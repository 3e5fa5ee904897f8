/**
 * Clients that do not take their answer. Without an end they would hold it, and what it is made from, forever.
 */
import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';

export interface AnswerLimits {
  /** Nothing of it was taken for so long. */
  readonly silenceMs: number;
  /** For all of an answer that is no file. */
  readonly wholeMs: number;
}

export function installSlowReaderRule(server: FastifyInstance, { silenceMs, wholeMs }: AnswerLimits): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    const { socket } = request.raw;
    // Nobody listens for it: Node ends the connection. Keep-alive sets it again after the answer.
    socket.setTimeout(silenceMs);
    if (!(payload instanceof Readable)) {
      const timer = setTimeout(() => socket.destroy(), wholeMs).unref();
      reply.raw.once('close', () => clearTimeout(timer));
    }
    done();
  });
}
