/**
 * Claims of VNFCs on hosts, and the files they left behind there.
 */
import type { Allocation, Claim } from '../inventory/model.js';
import type { Leftover } from '../lifecycle/leftover.js';
import type { AllocationId, HostId, VnfcId } from '../shared/ids.js';
import type { PageAfter } from './page.js';

export interface ClaimRecords {
  /** Claims on these hosts; `*` selects claims that are unique in the fleet. */
  claimsOn(hostIds: readonly HostId[]): Promise<readonly Claim[]>;
  /** Removes allocations and their claims, except the disk space of files left behind on the host. */
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
  /** Records that files were removed; the last one of a VNFC on a host also releases its disk space. */
  settleLeftovers(leftovers: readonly Leftover[]): Promise<void>;
}
