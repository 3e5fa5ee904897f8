/**
 * The guard against promising more than a host has, on the rows as they stand in the transaction. Reservations and
 * the shared CPU ratio are configuration, not data: without them only what is physical is guarded.
 */
import type { Claim, Host, HostFacts } from '../../../inventory/model.js';
import { exceeds, neededFor } from '../../../inventory/capacity-conflict.js';
import type { HostRecord } from '../../hosts.js';
import { resources } from '../../../inventory/resources/table.js';
import { isSameJson } from '../../../shared/same-json.js';
import { standingOn } from './standing.js';
import type { Db } from '../schema.js';

/** What the operator's configuration says about a host. */
type HostPolicy = Pick<Host, 'reserved' | 'sharedCpuRatio'>;
export type PolicyOf = (host: HostRecord) => HostPolicy | undefined;

const physical: HostPolicy = { reserved: { sharedCpus: [], memoryMiBPerCell: [] }, sharedCpuRatio: 1 };

export interface Guard {
  readonly policyOf: PolicyOf;
  readonly facts: KeptFacts;
}

/** Hosts whose facts are kept. */
const mostHosts = 64;

/** The facts that were read last, so that values derived from them, such as the shape of the host, are computed once. */
export class KeptFacts {
  readonly #facts = new Map<string, HostFacts>();

  /** Returns the same object as long as the facts are equal. */
  of(id: string, facts: HostFacts): HostFacts {
    const known = this.#facts.get(id);
    if (known !== undefined && isSameJson(known, facts)) return known;
    const [oldest] = this.#facts.keys();
    if (this.#facts.size >= mostHosts && oldest !== undefined) this.#facts.delete(oldest);
    this.#facts.set(id, facts);
    return facts;
  }
}

/** A sentence naming what no longer fits; undefined when all does, or when nothing is known of the host yet. */
export async function exceededOn(
  tx: Db,
  host: HostRecord,
  added: readonly Claim[],
  guard: Guard,
): Promise<string | undefined> {
  if (host.facts === undefined) return undefined;
  const facts = guard.facts.of(host.id, host.facts);
  const policy = guard.policyOf(host);
  const guarded = (claim: Pick<Claim, 'kind'>): boolean => policy !== undefined || !resources[claim.kind].isByPolicy;
  const own = added.filter((claim) => claim.hostId === host.id && guarded(claim));
  const standing = (await standingOn(tx, host.id, neededFor(own))).filter(guarded);
  return exceeds({ ...host, facts, reachable: true, ...(policy ?? physical) }, standing, own);
}
