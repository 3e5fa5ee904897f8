/**
 * Hard affinity and anti-affinity by host and by zone (SOL001 affinity rules), counted with VNFCs that run already.
 */
import { meets, type BoundRule } from '../around.js';
import { met, type HostConstraint } from './constraint.js';

export const affinity: HostConstraint = {
  name: 'affinity',
  refuse: (_ask, host, around) => {
    const broken = around.rules.filter((bound) => bound.hard && !meets(bound, host));
    return broken.length === 0 ? met : broken.map((bound) => sentence(bound, host.zone));
  },
};

function sentence({ rule, hosts, zones }: BoundRule, zone: string): string {
  const here = rule.scope === 'zone' ? `in zone ${zone}` : 'on this host';
  if (rule.kind === 'anti-affinity') return `anti-affinity rule ${rule.id}: another of its VNFCs is ${here}`;
  const where = rule.scope === 'zone' ? `in zone ${[...zones].join(', ')}` : `on ${[...hosts].join(', ')}`;
  return `affinity rule ${rule.id}: its VNFCs are ${where}`;
}
