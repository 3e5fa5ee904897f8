/**
 * Only an active host that answers takes new VNFCs.
 */
import { met, type KindConstraint } from './constraint.js';

export const hostState: KindConstraint = {
  name: 'host-state',
  refuse: (_ask, host) => {
    if (host.adminState !== 'active') return [`the host is ${host.adminState}`];
    return host.reachable ? met : ['the host cannot be reached'];
  },
};
