/**
 * What VNFCs hold of hosts, and what they left behind there.
 */
import type { Claim } from '../inventory/model.js';
import type { Leftover } from '../lifecycle/leftover.js';
import type { HostId, VnfcId } from '../shared/ids.js';

export interface ClaimRecords {
  /** Those on these hosts; `*` for claims that are unique in the fleet. */
  claimsOn(hostIds: readonly HostId[]): Promise<readonly Claim[]>;
  /** All but the disk space of what these VNFCs left behind. */
  releaseClaims(vnfcIds: readonly VnfcId[]): Promise<void>;
  keepLeftovers(leftovers: readonly Leftover[]): Promise<void>;
  /** The oldest ones. */
  leftovers(atMost: number): Promise<readonly Leftover[]>;
  /** They are gone; with the last of a VNFC its claim on disk space goes. */
  settleLeftovers(leftovers: readonly Leftover[]): Promise<void>;
}
