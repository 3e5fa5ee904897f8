/**
 * Simulated hosts as the engines of a fleet. Light per host: what hosts have in common they share, and what changes is
 * made when it first changes.
 */
import type { HostId } from '../../shared/ids.js';
import { EngineError, type EngineEvent } from '../engine.js';
import { notConfigured, type Engines } from '../engines.js';
import type { SimulatedControl } from './control.js';
import type { SimulatedHostSpec } from './host-spec.js';
import { SimulatedEngine, type SimulatedOptions } from './simulated-engine.js';

export interface SimulatedFleetOptions extends SimulatedOptions {
  readonly hosts: readonly SimulatedHostSpec[];
}

export interface SimulatedFleet extends Engines {
  of(hostId: HostId): SimulatedEngine;
  all(): readonly SimulatedEngine[];
  /** The hand on one host. */
  control(hostId: HostId): SimulatedControl;
}

export function createSimulatedFleet({ hosts, ...options }: SimulatedFleetOptions): SimulatedFleet {
  const listeners = new Set<(event: EngineEvent) => void>();
  const heard = (event: EngineEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const engines = new Map(hosts.map((spec) => [spec.id, new SimulatedEngine(spec, options, heard)]));
  const of = (hostId: HostId): SimulatedEngine => {
    const engine = engines.get(hostId);
    if (engine) return engine;
    throw new EngineError('NotFound', hostId, notConfigured(hostId));
  };
  return {
    of,
    all: () => [...engines.values()],
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    control: (hostId) => of(hostId).control,
  };
}
