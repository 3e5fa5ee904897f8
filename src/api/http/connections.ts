/**
 * Who may hold connections. Beyond the limit the oldest connection on which nothing is being done for a client with the
 * token makes room, of the client that holds most of those; so a new one, a health check say, always gets in.
 */
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { refusal, type ProblemError } from './problem-error.js';

interface Holder {
  readonly client: string;
  /** Requests with the token that are being served. */
  served: number;
}

export interface ConnectionLimits {
  readonly connections: number;
  /** Requests with the token at once; lower, so that there is always somebody to make room. */
  readonly served: number;
}

export class Connections {
  /** The oldest first: a connection moves to the end when its request has been served. */
  readonly #holders = new Map<Socket, Holder>();
  #served = 0;

  constructor(private readonly limits: ConnectionLimits) {}

  watch(server: FastifyInstance): void {
    server.server.on('connection', (socket: Socket) => this.admit(socket));
    server.server.on('secureConnection', (socket: Socket) => this.secure(socket));
  }

  /** A request with the token is served from here on, unless there are too many. */
  serve({ socket }: IncomingMessage, response: ServerResponse): ProblemError | undefined {
    const holder = this.#holders.get(socket);
    if (holder === undefined) return undefined;
    if (this.#served >= this.limits.served) {
      const detail = `Berth serves ${this.limits.served} requests at once and has no room for another.`;
      return refusal('overloaded', detail, { 'retry-after': '1' });
    }
    this.count(holder, 1);
    response.once('close', () => {
      this.count(holder, -1);
      if (this.#holders.delete(socket) && !socket.destroyed) this.#holders.set(socket, holder);
    });
    return undefined;
  }

  private count(holder: Holder, by: 1 | -1): void {
    holder.served += by;
    this.#served += by;
  }

  private admit(socket: Socket): void {
    if (this.#holders.size >= this.limits.connections) this.makeRoom();
    this.hold(socket);
  }

  private hold(socket: Socket): void {
    this.#holders.set(socket, { client: socket.remoteAddress ?? '', served: 0 });
    socket.once('close', () => this.#holders.delete(socket));
  }

  /** Requests come over the socket of TLS, which is another than that of the connection below it. */
  private secure(socket: Socket): void {
    const below = [...this.#holders.keys()].find(
      (each) => each.remotePort === socket.remotePort && each.remoteAddress === socket.remoteAddress,
    );
    if (below !== undefined) this.#holders.delete(below);
    this.hold(socket);
  }

  private makeRoom(): void {
    const idle = [...this.#holders].filter(([, { served }]) => served === 0);
    const byClient = Map.groupBy(idle, ([, { client }]) => client);
    const [most = []] = [...byClient.values()].toSorted((a, b) => b.length - a.length);
    // Several, so that a crowd that goes on coming is looked through seldom.
    for (const [victim] of most.slice(0, Math.ceil(this.limits.connections / 64))) {
      this.#holders.delete(victim);
      victim.destroy();
    }
  }
}
