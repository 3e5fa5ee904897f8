/**
 * Capabilities that the VDU requests as mandatory (SOL001 requested_additional_capabilities): what libvirt tells of a host,
 * and what its operator does.
 */
import { met, type KindConstraint } from './constraint.js';

export const capabilities: KindConstraint = {
  name: 'capabilities',
  refuse: ({ demand }, { facts }) => {
    const missing = demand.capabilities.filter((name) => !facts.capabilities.includes(name));
    return missing.length === 0
      ? met
      : [`lacks capability ${missing.join(', ')} (setting \`capabilities\` of the host)`];
  },
};
