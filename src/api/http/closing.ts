/**
 * How a connection ends whose request was not read to its end (RFC 9112 clause 9.6). The answer says `Connection: close`, and
 * what still comes is thrown away for a moment: closing at once would make the client's system forget the answer.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Timers } from '../../shared/clock.js';

/** Half-closes, and ends all of it when the client has, or after the time. */
export function closeSoon(socket: Duplex, lingerMs: number, clock: Timers): void {
  const timer = clock.after(lingerMs, () => socket.destroy());
  socket.once('close', () => timer.cancel());
  socket.end();
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Install before other rules: what arrives on a connection that is being closed is not a request. */
export function installClosing(server: FastifyInstance, lingerMs: number, clock: Timers): void {
  const closing = new WeakSet<Socket>();
  server.addHook('onRequest', (request, reply, done) => {
    if (!closing.has(request.raw.socket)) return done();
    reply.hijack();
    request.raw.socket.destroy();
  });
  server.addHook('onSend', (request: FastifyRequest, reply: FastifyReply, _payload, done) => {
    const { raw } = request;
    if (hasBody(raw) && !raw.complete) {
      reply.header('connection', 'close');
      closing.add(raw.socket);
      lingerInstead(raw, lingerMs, clock);
    }
    done();
  });
}

/** Node ends a connection after its last answer by `destroySoon`, which throws away what the client has not read yet. */
function lingerInstead(request: IncomingMessage, lingerMs: number, clock: Timers): void {
  const { socket } = request;
  const destroySoon = socket.destroySoon.bind(socket);
  let isRead = request.readableEnded;
  request.once('end', () => {
    isRead = true;
    if (socket.writableEnded) destroySoon();
  });
  socket.destroySoon = () => (isRead ? destroySoon() : closeSoon(socket, lingerMs, clock));
}
