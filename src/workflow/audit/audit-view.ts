/**
 * Objects on hosts and in the data directory that no VNF instance and no package owns, as last read.
 */
import type { HostId } from '../../shared/ids.js';
import type { Outcome } from '../../shared/outcome.js';

/** `this`: of this installation; `other`: of another; `unknown`: named like an object of Berth, owner not known. */
export type Whose = 'this' | 'other' | 'unknown';

export interface AuditEntry {
  /** Stable between audits. */
  readonly id: string;
  readonly kind: 'domain' | 'volume' | 'network' | 'archive' | 'allocation';
  /** Absent: in the data directory. */
  readonly hostId?: HostId;
  readonly pool?: string;
  readonly name: string;
  readonly sizeBytes?: number;
  readonly whose: Whose;
  /** Id of another installation, as far as the object contains it. */
  readonly installationId?: string;
  /** Unix epoch, ms: when this Berth first saw it. */
  readonly seenSinceMs: number;
}

export interface AuditView {
  entries(): readonly AuditEntry[];
  /** Reads the object again and removes it if it still has no owner. Refuses objects of another installation. */
  remove(id: string): Promise<Outcome<void>>;
}
