/**
 * Hard affinity and anti-affinity by host, zone and group of zones (SOL001 affinity rules), counted with VNFCs that run already.
 */
import { areaOf, meets, type BoundRule } from '../question/around.js';
import { met, type HostConstraint } from './constraint.js';

export const affinity: HostConstraint = {
  name: 'affinity',
  refuse: (_ask, host, around) => {
    const broken = around.rules.filter((bound) => bound.hard && !meets(bound, host));
    return broken.length === 0 ? met : broken.map((bound) => sentence(bound, host.zone));
  },
};

function sentence({ rule, hosts, zones }: BoundRule, zone: string): string {
  const area = { nfvi_node: undefined, zone: 'zone', zone_group: 'zone group' }[rule.scope];
  const here = area === undefined ? 'on this host' : `in ${area} ${areaOf(rule, zone)}`;
  if (rule.kind === 'anti-affinity') return `anti-affinity rule ${rule.id}: another of its VNFCs is ${here}`;
  const where = area === undefined ? `on ${[...hosts].join(', ')}` : `in ${area} ${[...zones].join(', ')}`;
  return `affinity rule ${rule.id}: its VNFCs are ${where}`;
}
