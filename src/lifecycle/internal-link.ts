/**
 * An internal virtual link of a VNF where it stands: record, plans and steps speak of it.
 */
import type { HostId } from '../shared/ids.js';

/** An internal virtual link as a network of its own on one host. */
export interface InternalLink {
  readonly id: string;
  readonly virtualLinkDescId: string;
  readonly hostId: HostId;
  readonly network: string;
  readonly bridge: string;
  readonly mtu?: number;
}
