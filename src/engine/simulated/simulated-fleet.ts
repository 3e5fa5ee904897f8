/**
 * Simulated hosts as the engines of a fleet. Light per host: what hosts have in common they share, and what changes is
 * made when it first changes.
 */
import type { HostId } from '../../shared/ids.js';
import { EngineError, type EngineEvent } from '../engine.js';
import { notConfigured, type EngineRegistry } from '../engines.js';
import type { SimulatedControl } from './control.js';
import type { SimulatedHostSpec } from './host-spec.js';
import { SimulatedEngine, type SimulatedOptions } from './simulated-engine.js';

export interface SimulatedFleetOptions extends SimulatedOptions {
  readonly hosts: readonly SimulatedHostSpec[];
}

export interface SimulatedFleet extends EngineRegistry {
  of(hostId: HostId): SimulatedEngine;
  all(): readonly SimulatedEngine[];
  /** An engine for `add`. */
  make(spec: SimulatedHostSpec): SimulatedEngine;
  add(engine: SimulatedEngine): void;
  /** The hand on one host. */
  control(hostId: HostId): SimulatedControl;
}

export function createSimulatedFleet({ hosts, ...options }: SimulatedFleetOptions): SimulatedFleet {
  const listeners = new Set<(event: EngineEvent) => void>();
  const engines = new Map<HostId, SimulatedEngine>();
  const make = (spec: SimulatedHostSpec): SimulatedEngine => {
    // One function listens to every host of a large fleet; what a removed host says is ignored.
    const engine: SimulatedEngine = new SimulatedEngine(spec, options, (event) => {
      if (engines.get(spec.id) === engine) for (const listener of listeners) listener(event);
    });
    return engine;
  };
  const add = (engine: SimulatedEngine): void => {
    if (engines.has(engine.hostId)) throw new Error(`host ${engine.hostId} has an engine already`);
    engines.set(engine.hostId, engine);
  };
  for (const spec of hosts) add(make(spec));
  const of = (hostId: HostId): SimulatedEngine => {
    const engine = engines.get(hostId);
    if (engine) return engine;
    throw new EngineError('NotFound', hostId, notConfigured(hostId));
  };
  return {
    ...{ of, make, add },
    all: () => [...engines.values()],
    remove: async (hostId) => {
      const engine = engines.get(hostId);
      engines.delete(hostId);
      await engine?.stop();
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    control: (hostId) => of(hostId).control,
  };
}
