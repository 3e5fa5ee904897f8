/**
 * Hosts that the request allows or rules out by name.
 */
import { met, type HostConstraint } from './constraint.js';

export const chosenHosts: HostConstraint = {
  name: 'chosen-hosts',
  refuse: ({ demand }, host) => {
    if (demand.excludeHosts?.includes(host.id) === true) return ['is ruled out by the request'];
    if (demand.onlyHosts === undefined || demand.onlyHosts.includes(host.id)) return met;
    return [`is not among the hosts asked for (${demand.onlyHosts.join(', ')})`];
  },
};
