/**
 * The engines of the fleet by host; hosts come and go at run time. Only the composition root knows which adapter stands
 * behind each.
 */
import type { HostId } from '../shared/ids.js';
import { EngineError, type Engine, type EngineEvent } from './engine.js';

/** What to do about it, too: an operation that needs the host says it as it stands. */
export const notConfigured = (id: HostId): string =>
  `host ${id} is not configured; put it into the configuration again, or declare it lost with "berth host lost ${id}"`;

export interface Engines {
  /** Throws EngineError NotFound for a host that is not configured. */
  of(hostId: HostId): Engine;
  /** Those that are there now. */
  all(): readonly Engine[];
  /** Events of all hosts, those that are added later too. */
  onEvent(listener: (event: EngineEvent) => void): () => void;
}

/** The same for whoever adds and removes hosts. */
export interface EngineRegistry extends Engines {
  /** Its events are heard from now on; it is not started. Throws when the host has an engine. */
  add(engine: Engine): void;
  /** Nothing is heard of it from now on; resolves when it has stopped. Without an engine of that host nothing happens. */
  remove(hostId: HostId): Promise<void>;
}

interface Member<E extends Engine> {
  readonly engine: E;
  readonly unsubscribe: () => void;
}

export class EngineList<E extends Engine> implements EngineRegistry {
  readonly #members = new Map<HostId, Member<E>>();
  readonly #listeners = new Set<(event: EngineEvent) => void>();

  constructor(engines: readonly E[] = []) {
    for (const engine of engines) this.add(engine);
  }

  of(hostId: HostId): E {
    const member = this.#members.get(hostId);
    if (member !== undefined) return member.engine;
    throw new EngineError('NotFound', hostId, notConfigured(hostId));
  }

  all(): readonly E[] {
    return [...this.#members.values()].map(({ engine }) => engine);
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  add(engine: E): void {
    if (this.#members.has(engine.hostId)) throw new Error(`host ${engine.hostId} has an engine already`);
    const unsubscribe = engine.onEvent((event) => {
      for (const listener of this.#listeners) listener(event);
    });
    this.#members.set(engine.hostId, { engine, unsubscribe });
  }

  async remove(hostId: HostId): Promise<void> {
    const member = this.#members.get(hostId);
    if (member === undefined) return;
    this.#members.delete(hostId);
    member.unsubscribe();
    await member.engine.stop();
  }
}
