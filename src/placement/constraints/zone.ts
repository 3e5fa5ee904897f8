/**
 * The resource zone that the request names (IFA006).
 */
import { met, type KindConstraint } from './constraint.js';

export const zone: KindConstraint = {
  name: 'zone',
  refuse: ({ demand }, host) =>
    demand.zone === undefined || demand.zone === host.zone
      ? met
      : [`is in zone ${host.zone}, zone ${demand.zone} is asked for`],
};
