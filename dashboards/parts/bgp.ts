/**
 * Sessions with the BGP neighbors of a role that runs FRR: the same for routers and UPFs.
 */
import type { Guests } from './guests.ts';
import { oneIsGood } from './levels.ts';
import { type AnyPanel, states, words } from './panels.ts';

const upDown = words({ 0: ['down', 'red'], 1: ['up', 'green'] });

/** `session` describes the first panel; `empty` is said where a VNFC of the role may do without BGP. */
export function neighborStates(
  { gauge, line }: Pick<Guests, 'gauge' | 'line'>,
  session: string,
  empty?: string,
): readonly AnyPanel[] {
  const common = {
    unit: 'none',
    levels: oneIsGood,
    says: upDown,
    width: 12,
    ...(empty !== undefined && { empty }),
  } as const;
  return [
    states({
      ...common,
      title: 'BGP session of each neighbor',
      description: session,
      queries: [{ expr: gauge('established', 'bgpneighbor'), legend: line('{{bgpneighbor}}') }],
    }),
    states({
      ...common,
      title: 'BFD session of each BGP neighbor',
      description: 'Whether the BFD session with the neighbor is up, of neighbors that have BFD.',
      queries: [{ expr: gauge('bfd_up', 'bgpneighbor'), legend: line('{{bgpneighbor}}') }],
    }),
  ];
}
