/**
 * The engines of the fleet by host. Only the composition root knows which adapter stands behind each.
 */
import type { HostId } from '../shared/ids.js';
import type { Engine, EngineEvent } from './engine.js';

export interface Engines {
  /** Throws EngineError NotFound for a host that is not configured. */
  of(hostId: HostId): Engine;
  all(): readonly Engine[];
  onEvent(listener: (event: EngineEvent) => void): () => void;
}
