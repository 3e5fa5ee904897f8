/**
 * The way to a simulated host: whether there is one, how long it takes, and which calls fail by a test's order.
 */
import type { SteadyClock } from '../../shared/clock.js';
import type { HostId } from '../../shared/ids.js';
import { EngineError, type EngineErrorKind } from '../engine.js';
import type { EngineVerb, SimulatedControl } from './control.js';
import { Refusal } from './refusal.js';

interface Fault {
  readonly kind: EngineErrorKind;
  readonly text: string;
  readonly afterEffect: boolean;
}

export class Connection {
  readonly #hostId: HostId;
  readonly #clock: SteadyClock;
  #faults: Map<EngineVerb, Fault[]> | undefined;
  #started = false;
  /** Why the host cannot be reached although Berth tries; undefined: it can. */
  #cut: string | undefined;
  latencyMs = 0;

  constructor(hostId: HostId, clock: SteadyClock) {
    this.#hostId = hostId;
    this.#clock = clock;
  }

  get connected(): boolean {
    return this.#started && this.#cut === undefined;
  }

  /** Both answer whether the connection came or went by it. */
  set(change: { readonly started?: boolean; readonly cut?: string | null }): boolean {
    const before = this.connected;
    this.#started = change.started ?? this.#started;
    if (change.cut !== undefined) this.#cut = change.cut ?? undefined;
    return before !== this.connected;
  }

  failNext(...[verb, kind, text, options]: Parameters<SimulatedControl['failNext']>): void {
    this.#faults ??= new Map();
    const queue = this.#faults.get(verb) ?? [];
    this.#faults.set(verb, [...queue, { kind, text, afterEffect: options?.afterEffect ?? false }]);
  }

  /** Runs one verb on the host. */
  async call<T>(verb: EngineVerb, work: () => T | Promise<T>): Promise<T> {
    this.#refuseWhenCut(verb);
    if (this.latencyMs > 0) await this.#clock.sleep(this.latencyMs);
    this.#refuseWhenCut(verb);
    const fault = this.#nextFault(verb);
    if (fault && !fault.afterEffect) throw this.#error(verb, fault.kind, 0, fault.text);
    const result = await this.#refusals(verb, work);
    if (fault) throw this.#error(verb, fault.kind, 0, fault.text);
    return result;
  }

  async #refusals<T>(verb: EngineVerb, work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refusal) throw this.#error(verb, error.kind, error.code, error.message);
      throw error;
    }
  }

  #refuseWhenCut(verb: EngineVerb): void {
    if (this.connected) return;
    throw this.#error(verb, 'Unavailable', 0, this.#cut ?? 'the engine is not started');
  }

  #nextFault(verb: EngineVerb): Fault | undefined {
    const [fault, ...later] = this.#faults?.get(verb) ?? [];
    if (fault) this.#faults?.set(verb, later);
    return fault;
  }

  #error(verb: EngineVerb, kind: EngineErrorKind, code: number, text: string): EngineError {
    const native = { source: 'simulated', code, domain: 0, text };
    return new EngineError(kind, this.#hostId, `${verb} on simulated host ${this.#hostId} failed: ${text}`, native);
  }
}
