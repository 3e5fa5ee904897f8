/**
 * How many requests begin in one turn of the event loop. They may all have come in one packet, and where the database is in
 * this process each holds the loop for as long as it works: after a while the others wait for the next turn, so that
 * connections, health checks and timers run in between.
 */
import type { FastifyInstance } from 'fastify';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { limitOf } from './limits.js';
import type { SteadyClock } from '../../shared/clock.js';

export class Pace {
  #begunMs: number | undefined;

  constructor(
    private readonly turnMs: number,
    private readonly clock: Pick<SteadyClock, 'elapsedMs'>,
  ) {}

  /** False for the first in a turn, which may begin at once. */
  isBegun(): boolean {
    const isBegun = this.#begunMs !== undefined;
    if (!isBegun) this.begin();
    return isBegun;
  }

  /**
   * Resolves in a turn that has room. Only then is it known what those before have taken: requests of one packet are handed
   * over together, before the first of them does anything.
   */
  async wait(): Promise<void> {
    do await nextTurn();
    while (this.isSpent());
  }

  private isSpent(): boolean {
    if (this.#begunMs !== undefined) return this.clock.elapsedMs() - this.#begunMs > this.turnMs;
    this.begin();
    return false;
  }

  private begin(): void {
    this.#begunMs = this.clock.elapsedMs();
    setImmediate(() => (this.#begunMs = undefined));
  }
}

/** Costs nothing, and says that the process is alive. */
const atOnce = '/healthz';

export function installPace(server: FastifyInstance, clock: Pick<SteadyClock, 'elapsedMs'>): void {
  const pace = new Pace(limitOf('turnMs'), clock);
  server.addHook('preHandler', (request, _reply, done) => {
    if (request.routeOptions.url !== atOnce && pace.isBegun()) void pace.wait().then(() => done());
    else done();
  });
}
