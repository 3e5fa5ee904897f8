/**
 * Shares of claims: what one connection point has of a claim that its VNFC made for several.
 */
import type { ExpressionBuilder } from 'kysely';
import type { Claim } from '../../../inventory/model.js';
import type { AllocationId } from '../../../shared/ids.js';
import type { Db, Tables } from '../schema.js';

/** Takes the amount out of the claim of an allocation, and the claim with its last; false when it has not as much. */
export async function takeShare(tx: Db, from: AllocationId, claim: Claim): Promise<boolean> {
  const isIt = isClaimIn(from, claim);
  const found = await tx.selectFrom('claims').select('amount').where(isIt).executeTakeFirst();
  if (found === undefined || found.amount < claim.amount) return false;
  const amount = found.amount - claim.amount;
  if (amount > 0) await tx.updateTable('claims').set({ amount }).where(isIt).execute();
  else await tx.deleteFrom('claims').where(isIt).execute();
  return true;
}

/** An allocation has one claim of a kind, a key and a cell. */
const isClaimIn =
  (from: AllocationId, { hostId, kind, key, cell }: Claim) =>
  (row: ExpressionBuilder<Tables, 'claims'>) =>
    row.and([
      row('allocation_id', '=', from),
      row('host_id', '=', hostId),
      row('kind', '=', kind),
      row('key', '=', key),
      cell === undefined ? row('cell', 'is', null) : row('cell', '=', cell),
    ]);
