/**
 * A refusal in one word: what took the last hosts that were left. It is what the hosts lacked that came furthest.
 */
import { constraintNames } from '../constraints/list.js';
import type { Explanation } from '../model.js';

const budget = 'search-budget';
const noHosts = 'no-hosts';
/** The VNFCs found their berths, and an address that they want is in use. */
export const byAddresses = 'addresses';

/** All that a refusal may be by. */
export const refusers: readonly string[] = [...constraintNames, noHosts, budget, byAddresses];

export function refusedBy({ decision, funnel }: Pick<Explanation, 'decision' | 'funnel'>): string {
  if (decision === 'budget-exhausted') return budget;
  return funnel.findLast(({ before, after }) => after < before)?.constraint ?? noHosts;
}
