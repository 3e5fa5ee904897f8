/**
 * What VNFCs hold of hosts, and what they left behind there.
 */
import type { Allocation, Claim } from '../inventory/model.js';
import type { Leftover } from '../lifecycle/leftover.js';
import type { AllocationId, HostId, VnfcId } from '../shared/ids.js';
import type { PageAfter } from './page.js';

export interface ClaimRecords {
  /** Those on these hosts; `*` for claims that are unique in the fleet. */
  claimsOn(hostIds: readonly HostId[]): Promise<readonly Claim[]>;
  /** With their claims, but for the disk space of what their VNFCs left behind on the host. */
  releaseAllocations(ids: readonly AllocationId[]): Promise<void>;
  /**
   * Those that no record of an instance names, no operation under way has made and no leftover keeps, by id: none, unless
   * something is wrong.
   */
  ownerlessAllocations(atMost: number): Promise<readonly Allocation[]>;
  keepLeftovers(leftovers: readonly Leftover[]): Promise<void>;
  /** The oldest ones. */
  leftovers(atMost: number): Promise<readonly Leftover[]>;
  /** Those on a host, or of one VNFC there, by VNFC, pool and name: after one of them, at most so many. */
  leftoversOn(hostId: HostId, page: PageAfter<Leftover>, vnfcId?: VnfcId): Promise<readonly Leftover[]>;
  /** They are gone; with the last of a VNFC on a host the claim on its disk space goes. */
  settleLeftovers(leftovers: readonly Leftover[]): Promise<void>;
}
