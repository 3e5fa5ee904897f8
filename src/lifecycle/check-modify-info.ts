/**
 * A modification of instance information (SOL003 clause 5.5.2.12) against the VNFD and what the instance has.
 */
import { checkModifiable } from './check-values.js';
import type { Outcome } from '../shared/outcome.js';
import type { PlanContext } from './draft.js';
import type { VnfInfoModificationRequest } from './requests.js';
import { checkConnections } from './vim-connections.js';

export function checkModifyInfo(
  { instance, vnfd }: Pick<PlanContext, 'instance' | 'vnfd'>,
  request: VnfInfoModificationRequest,
): Outcome<void> {
  const flavour = vnfd.flavours.find(({ id }) => id === instance.instantiated?.flavourId);
  const allowed = checkModifiable({ vnfd, flavour }, instance, request, false);
  if (!allowed.ok || request.vimConnectionInfo === undefined) return allowed;
  return checkConnections(instance, request.vimConnectionInfo);
}
