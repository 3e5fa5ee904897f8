/**
 * What stands on hosts and in the data directory that no VNF instance and no package owns, as the last look found it.
 */
import type { HostId } from '../../shared/ids.js';
import type { Outcome } from '../../shared/outcome.js';

/** `this`: of this installation; `other`: of another; `unknown`: named as Berth names, and nobody known. */
export type Whose = 'this' | 'other' | 'unknown';

export interface AuditEntry {
  /** The same for the same thing at every look. */
  readonly id: string;
  readonly kind: 'domain' | 'volume' | 'network' | 'archive' | 'allocation';
  /** Absent: in the data directory. */
  readonly hostId?: HostId;
  readonly pool?: string;
  readonly name: string;
  readonly sizeBytes?: number;
  readonly whose: Whose;
  /** Of another installation: its id as far as the thing tells it. */
  readonly installationId?: string;
  /** Unix epoch, ms: when this Berth first saw it. */
  readonly seenSinceMs: number;
}

export interface AuditView {
  entries(): readonly AuditEntry[];
  /** Looks again, and removes it when it still has no owner here. Refuses what is another installation's. */
  remove(id: string): Promise<Outcome<void>>;
}
