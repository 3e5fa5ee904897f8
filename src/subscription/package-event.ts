/**
 * What happened to a package, with all that filters ask and notifications tell (SOL003 clauses 10.5.2.5, 10.5.2.6).
 */
import type { VnfPkgId, VnfdId } from '../shared/ids.js';

export interface PackageEvent {
  readonly api: 'vnfpkgm';
  /** `id` of every notification of this event, whoever gets it. */
  readonly id: string;
  readonly atMs: number;
  readonly what: 'ONBOARDED' | 'OP_STATE_CHANGE' | 'PKG_DELETE';
  readonly vnfPkgId: VnfPkgId;
  readonly vnfdId: VnfdId;
  readonly vnfProvider: string;
  readonly vnfProductName: string;
  readonly vnfSoftwareVersion: string;
  readonly vnfdVersion: string;
  readonly vnfmInfo: readonly string[];
  /** States after the event; of a deleted package the last. */
  readonly operationalState: 'ENABLED' | 'DISABLED';
  readonly usageState: 'IN_USE' | 'NOT_IN_USE';
}
