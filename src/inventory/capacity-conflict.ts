/**
 * The guard of the claim transaction: do new rows still fit beside those that stand? Unique keys are the database's to
 * refuse; this names them first and checks the sums that no unique key can hold. Pure: the store gives it fresh rows.
 */
import type { FreeHost } from './free.js';
import type { Claim, Host } from './model.js';
import { claimKinds, resources } from './resources/table.js';
import { freeOf, take } from './take.js';

/** A sentence naming what no longer fits, or undefined when every row does. */
export function exceeds(host: Host, existing: readonly Claim[], added: readonly Claim[]): string | undefined {
  const own = added.filter((claim) => claim.hostId === host.id);
  const before = freeOf(host, existing);
  const refusal = keyTaken(before, existing, own) ?? foreignTarget(before, own) ?? shortSum(before, own);
  return refusal === undefined ? undefined : `${host.id}: ${refusal}`;
}

function keyTaken(free: FreeHost, existing: readonly Claim[], own: readonly Claim[]): string | undefined {
  const exclusive = (claim: Claim) => claim.exclusive && claim.hostId === free.host.id;
  const holders = new Map(existing.filter(exclusive).map((claim) => [`${claim.kind} ${claim.key}`, claim.vnfcId]));
  for (const claim of own.filter(exclusive)) {
    const name = `${claim.kind} ${claim.key}`;
    const holder = holders.get(name);
    if (holder !== undefined) return `${name} is already claimed by VNFC ${holder}`;
    holders.set(name, claim.vnfcId);
  }
  return undefined;
}

/** A row for something that the host does not have, or does not give away. */
function foreignTarget(free: FreeHost, own: readonly Claim[]): string | undefined {
  for (const claim of own) {
    const { kind, cell } = claim;
    if (cell !== undefined && !free.shape.cells.some(({ id }) => id === cell))
      return `there is no cell ${String(cell)}`;
    const refusal = resources[kind].refusal(free, claim);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function shortSum(before: FreeHost, own: readonly Claim[]): string | undefined {
  const after = take(before, own);
  for (const kind of claimKinds) {
    const short = resources[kind].overdrawn(before, after, own);
    if (short !== undefined) return short;
  }
  return undefined;
}
