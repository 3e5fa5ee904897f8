/**
 * What the fleet tells of hosts and domains as it sees them.
 */
import type { HostId, VnfcId } from '../shared/ids.js';

/** Who is told of what the fleet sees. */
export interface FleetWatcher {
  /** The host is out of reach from now on. */
  hostGone(id: HostId): void;
  /** The host was reached again and read. */
  hostBack(id: HostId): void;
  /** Facts and domains of the host were read; `isFirst` since it was out of reach. */
  hostRead(id: HostId, isFirst: boolean): void;
  domainChanged(id: VnfcId): void;
}
