/**
 * The VNFs that use a host, as text for refusals: by name, each with its VNFCs.
 */
import type { VnfcId } from '../../../shared/ids.js';
import type { Db } from '../schema.js';

/** Limit on VNFs named, and on VNFCs named of each. */
const mostNamed = 10;

/** `VNF "edge" (id) with VNFC a, b; VNF …` */
export async function namesOf(tx: Db, vnfcIds: readonly VnfcId[]): Promise<string> {
  const rows = await tx
    .selectFrom('allocations')
    .leftJoin('instances', 'instances.id', 'allocations.instance_id')
    .select(['allocations.vnfc_id as vnfc', 'allocations.instance_id as instance', 'instances.name as name'])
    .distinct()
    .where('allocations.vnfc_id', 'in', vnfcIds)
    .orderBy('allocations.instance_id')
    .orderBy('allocations.vnfc_id')
    .execute();
  const byVnf = [...Map.groupBy(rows, ({ instance }) => instance)];
  const named = byVnf.slice(0, mostNamed).map(([id, own]) => {
    const name = own[0]?.name ?? undefined;
    return `VNF ${name === undefined ? id : `"${name}" (${id})`} with VNFC ${listed(own.map(({ vnfc }) => vnfc))}`;
  });
  return `${named.join('; ')}${rest(byVnf.length)}`;
}

const listed = (ids: readonly string[]): string => `${ids.slice(0, mostNamed).join(', ')}${rest(ids.length)}`;

const rest = (count: number): string => (count > mostNamed ? ` and ${String(count - mostNamed)} more` : '');
