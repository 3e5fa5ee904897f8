/**
 * Requests of one connection are served one after the other, however many a client sends without waiting for answers
 * (pipelining): a client that reads nothing has at most one answer waiting.
 */
import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';

interface Line {
  waiting: number;
  last: Promise<void>;
}

/** Installed before every other hook. A connection on which more than `most` wait is closed. */
export function installOneAtATime(server: FastifyInstance, most: number): void {
  const lines = new WeakMap<Socket, Line>();
  server.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw;
    const line = lines.get(socket) ?? { waiting: 0, last: Promise.resolve() };
    lines.set(socket, line);
    const before = line.last;
    line.waiting += 1;
    line.last = new Promise((resolve) => {
      reply.raw.once('close', () => {
        line.waiting -= 1;
        resolve();
      });
    });
    if (line.waiting === 1) done();
    else if (line.waiting > most) socket.destroy();
    // Of a client that is gone nothing more is done.
    else void before.then(() => (socket.destroyed ? undefined : done()));
  });
}
