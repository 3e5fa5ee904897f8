/**
 * Best-effort affinity rules weigh more than everything else that is only preferred.
 */
import { meets } from '../question/around.js';
import type { HostPreference } from './preference.js';

export const bestEffortAffinity: HostPreference = {
  name: 'best-effort-affinity',
  weight: 100,
  cost: ({ free }, _ask, around) => {
    const broken = around.rules.filter((bound) => !bound.hard && !meets(bound, free.host));
    return around.rules.length === 0 ? 0 : broken.length / around.rules.length;
  },
};
