/**
 * The guard of the claim transaction: do new rows still fit beside those that stand? Unique keys are the database's to
 * refuse; this names them first and checks the sums that no unique key can hold. Pure: the store gives it fresh rows.
 */
import type { FreeHost } from './free.js';
import type { Claim, ClaimKind, Host } from './model.js';
import type { Resource } from './resources/resource.js';
import { claimKinds, resources } from './resources/table.js';
import { freeOf, take } from './take.js';

/** A row that stands, or several of one kind, cell and key with their sum. */
export type Standing = Pick<Claim, 'hostId' | 'kind' | 'key' | 'cell' | 'exclusive' | 'amount' | 'vnfcId'>;

/** What the guard needs to know of the rows that stand on a host when these are added. */
export interface Needed {
  /** Kinds of which one row for each cell and key is enough, with the sum of all. */
  readonly summed: readonly ClaimKind[];
  /** The same with the amount of any one of them. */
  readonly once: readonly ClaimKind[];
  /** Kinds of which every row is needed. */
  readonly each: readonly ClaimKind[];
  /** Kinds of which the rows of these keys are. */
  readonly ofKeys: ReadonlyMap<ClaimKind, readonly string[]>;
}

export function neededFor(added: readonly Claim[]): Needed {
  const kindsBy = (rule: Resource['guardedBy']) => claimKinds.filter((kind) => resources[kind].guardedBy === rule);
  const isAdded = (kind: ClaimKind) => added.some((claim) => claim.kind === kind);
  const keysOf = (kind: ClaimKind) => added.filter((claim) => claim.kind === kind).map(({ key }) => key);
  return {
    summed: kindsBy('sum'),
    once: kindsBy('one'),
    each: kindsBy('each').filter(isAdded),
    ofKeys: new Map(
      kindsBy('same-keys')
        .filter(isAdded)
        .map((kind) => [kind, keysOf(kind)]),
    ),
  };
}

/** A sentence naming what no longer fits, or undefined when every row does. `existing`: at least what is needed. */
export function exceeds(host: Host, existing: readonly Standing[], added: readonly Claim[]): string | undefined {
  const own = added.filter((claim) => claim.hostId === host.id);
  const before = freeOf(host, existing);
  const refusal = keyTaken(before, existing, own) ?? foreignTarget(before, own) ?? shortSum(before, own);
  return refusal === undefined ? undefined : `${host.id}: ${refusal}`;
}

function keyTaken(free: FreeHost, existing: readonly Standing[], own: readonly Claim[]): string | undefined {
  const exclusive = (claim: Standing) => claim.exclusive && claim.hostId === free.host.id;
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
