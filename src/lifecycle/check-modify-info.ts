/**
 * A modification of instance information (SOL003 clause 5.5.2.12) against the VNFD and what the instance has.
 */
import { checkConfigurable } from './configurable.js';
import type { Outcome } from '../shared/outcome.js';
import type { PlanContext } from './draft.js';
import type { VnfInfoModificationRequest } from './requests.js';
import { checkConnections } from './vim-connections.js';

export function checkModifyInfo(
  { instance, vnfd }: Pick<PlanContext, 'instance' | 'vnfd'>,
  { vnfConfigurableProperties, vimConnectionInfo }: VnfInfoModificationRequest,
): Outcome<void> {
  const allowed = checkConfigurable(vnfd, vnfConfigurableProperties ?? {});
  if (!allowed.ok || vimConnectionInfo === undefined) return allowed;
  return checkConnections(instance, vimConnectionInfo);
}
