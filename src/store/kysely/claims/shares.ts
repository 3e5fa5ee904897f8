/**
 * Shares of claims: what one connection point has of a claim that its VNFC made for several.
 */
import type { Claim } from '../../../inventory/model.js';
import type { AllocationId } from '../../../shared/ids.js';
import type { Db } from '../schema.js';

/** Takes the amount out of the claim of an allocation, and the whole of it with the last; false when it has not as much. */
export async function takeShare(
  tx: Db,
  from: AllocationId,
  { hostId, kind, key, cell, amount }: Claim,
): Promise<boolean> {
  const found = await tx
    .selectFrom('claims')
    .select('amount')
    .where('allocation_id', '=', from)
    .where('host_id', '=', hostId)
    .where('kind', '=', kind)
    .where('key', '=', key)
    .where('cell', cell === undefined ? 'is' : '=', cell ?? null)
    .executeTakeFirst();
  if (found === undefined || found.amount < amount) return false;
  const rest = found.amount - amount;
  const where = { allocation_id: from, host_id: hostId, kind, key };
  if (rest > 0) {
    await tx
      .updateTable('claims')
      .set({ amount: rest })
      .where((row) => row.and({ ...where }))
      .execute();
  } else {
    await tx
      .deleteFrom('claims')
      .where((row) => row.and({ ...where }))
      .execute();
  }
  return true;
}
