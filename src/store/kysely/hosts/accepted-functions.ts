/**
 * PCI functions that the operator took as they are after quarantine (inventory/release-proof.ts). A row is needed until every
 * replica has read the host once more; it ends when the function is claimed, since what its VNFC leaves is judged anew.
 */
import type { AcceptedFunction, Claim } from '../../../inventory/model.js';
import type { HostId } from '../../../shared/ids.js';
import { ok, type Outcome } from '../../../shared/outcome.js';
import type { HostRecords } from '../../hosts.js';
import type { StoreDialect } from '../dialect.js';
import { read, write } from '../rows/json.js';
import { notFound, wrongState } from '../rows/refusals.js';
import type { Tx } from '../schema.js';
import { lockHosts } from './hosts.js';

type Verbs = Pick<HostRecords, 'acceptFunction' | 'acceptedFunctions'>;

export const acceptedVerbs = ({ db, transaction }: StoreDialect): Verbs => ({
  acceptFunction: (id, accepted) => transaction((tx) => accept(tx, id, accepted)),
  acceptedFunctions: async (id) => {
    const rows = await db
      .selectFrom('accepted_functions')
      .select('accepted')
      .where('host_id', '=', id)
      .orderBy('address')
      .execute();
    return rows.map(({ accepted }) => read<AcceptedFunction>(accepted));
  },
});

/** Those that are claimed now; in the transaction of the claims. */
export async function endAcceptance(tx: Tx, claims: readonly Claim[]): Promise<void> {
  for (const { kind, hostId, key } of claims)
    if (kind === 'pci')
      await tx.deleteFrom('accepted_functions').where('host_id', '=', hostId).where('address', '=', key).execute();
}

/** The lock of the host keeps claims from being made meanwhile. */
async function accept(tx: Tx, id: HostId, accepted: AcceptedFunction): Promise<Outcome<void>> {
  if (!(await lockHosts(tx, [id])).has(id)) return notFound('host', id);
  const { address } = accepted;
  const holder = await tx
    .selectFrom('claims')
    .innerJoin('allocations', 'allocations.id', 'claims.allocation_id')
    .select('allocations.vnfc_id')
    .where('claims.host_id', '=', id)
    .where('claims.kind', '=', 'pci')
    .where('claims.key', '=', address)
    .executeTakeFirst();
  if (holder !== undefined)
    return wrongState(
      `PCI function ${address} of host ${id} is held by VNFC ${holder.vnfc_id}: there is nothing to accept until that VNFC is gone.`,
    );
  await tx.deleteFrom('accepted_functions').where('host_id', '=', id).where('address', '=', address).execute();
  await tx
    .insertInto('accepted_functions')
    .values({ host_id: id, address, accepted: write(accepted) })
    .execute();
  return ok(undefined);
}
