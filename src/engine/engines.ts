/**
 * The engines of the fleet by host. Only the composition root knows which adapter stands behind each.
 */
import type { HostId } from '../shared/ids.js';
import type { Engine, EngineEvent } from './engine.js';

/** What to do about it, too: an operation that needs the host says it as it stands. */
export const notConfigured = (id: HostId): string =>
  `host ${id} is not configured; put it into the configuration again, or declare it lost with "berth host lost ${id}"`;

export interface Engines {
  /** Throws EngineError NotFound for a host that is not configured. */
  of(hostId: HostId): Engine;
  all(): readonly Engine[];
  onEvent(listener: (event: EngineEvent) => void): () => void;
}
