/**
 * Capabilities that the VDU requests and does not insist on (SOL001 requested_additional_capabilities without
 * support_mandatory): a host with more of them is preferred.
 */
import type { HostPreference } from './preference.js';

export const likedCapabilities: HostPreference = {
  name: 'liked-capabilities',
  weight: 10,
  cost: ({ free }, { demand: { likedCapabilities: liked } }) => {
    if (liked === undefined) return 0;
    return liked.filter((name) => !free.host.facts.capabilities.includes(name)).length / liked.length;
  },
};
