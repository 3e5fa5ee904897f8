/**
 * A fleet as it would be: hosts drained, hosts added. Questions about it are asked of the same search as any other, and
 * nothing is claimed.
 */
import { withHost, withHostState, type CapacityIndex } from '../../inventory/capacity-index.js';
import type { Host } from '../../inventory/model.js';
import type { HostId } from '../../shared/ids.js';

export interface Assumptions {
  readonly drained: readonly HostId[];
  readonly added: readonly Host[];
}

export function assuming(fleet: CapacityIndex, { drained, added }: Assumptions): CapacityIndex {
  const fewer = drained.reduce((sum, id) => withHostState(sum, id, { adminState: 'draining', reachable: true }), fleet);
  return added.reduce((sum, host) => withHost(sum, host, []), fewer);
}
