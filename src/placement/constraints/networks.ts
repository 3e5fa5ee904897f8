/**
 * Networks that the vNICs join must reach the host.
 */
import { met, type KindConstraint } from './constraint.js';

export const networks: KindConstraint = {
  name: 'networks',
  refuse: ({ demand }, { facts }) => {
    const missing = demand.networks.filter((name) => !facts.networks.some((network) => network.name === name));
    return missing.length === 0 ? met : [`network ${missing.join(', ')} does not reach it`];
  },
};
