/**
 * A file that could not be removed with its VNFC: its pool was out of reach, or another domain uses it. It keeps the disk
 * space that its VNFC claimed, and is tried again until it is gone.
 */
import type { HostId, VnfcId } from '../shared/ids.js';

export interface Leftover {
  readonly vnfcId: VnfcId;
  readonly hostId: HostId;
  readonly pool: string;
  readonly name: string;
  /** Base images that lie in the pool as long as it is the one that the VNFC was written to. */
  readonly bases: readonly string[];
  readonly reason: string;
  /** Unix epoch, ms. */
  readonly sinceMs: number;
}
