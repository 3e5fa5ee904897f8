/**
 * The guard against promising more than a host has, on the rows as they stand in the transaction. Reservations and
 * the shared CPU ratio are configuration, not data: without them only what is physical is guarded.
 */
import type { Claim, Host } from '../../../inventory/model.js';
import { exceeds, neededFor } from '../../../inventory/capacity-conflict.js';
import type { HostRecord } from '../../hosts.js';
import { resources } from '../../../inventory/resources/table.js';
import { standingOn } from './standing.js';
import type { Db } from '../schema.js';

/** What the operator's configuration says about a host. */
type HostPolicy = Pick<Host, 'reserved' | 'sharedCpuRatio'>;
export type PolicyOf = (host: HostRecord) => HostPolicy | undefined;

const physical: HostPolicy = { reserved: { sharedCpus: [], memoryMiBPerCell: [] }, sharedCpuRatio: 1 };

/** A sentence naming what no longer fits; undefined when all does, or when nothing is known of the host yet. */
export async function exceededOn(
  tx: Db,
  host: HostRecord,
  added: readonly Claim[],
  policyOf: PolicyOf,
): Promise<string | undefined> {
  const { facts } = host;
  if (facts === undefined) return undefined;
  const policy = policyOf(host);
  const guarded = (claim: Pick<Claim, 'kind'>): boolean => policy !== undefined || !resources[claim.kind].isByPolicy;
  const own = added.filter((claim) => claim.hostId === host.id && guarded(claim));
  const standing = (await standingOn(tx, host.id, neededFor(own))).filter(guarded);
  return exceeds({ ...host, facts, reachable: true, ...(policy ?? physical) }, standing, own);
}
