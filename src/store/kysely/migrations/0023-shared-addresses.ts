/**
 * A virtual address was claimed by the VNFC that had it first, for all that share it, and went with that one. The others get
 * a row each, as records and the plans of operations under way name them.
 */
import { sql, type Kysely } from 'kysely';

interface Before {
  readonly instances: { readonly id: string; readonly flavour_id: string | null; readonly instantiated: string | null };
  readonly operations: {
    readonly id: string;
    readonly instance_id: string;
    readonly state: string;
    readonly plan: string | null;
  };
}

export async function up(db: Kysely<Before>): Promise<void> {
  const index = `claims_shared on claims (key, allocation_id) where exclusive = 0 and host_id = '*'`;
  await sql.raw(`create index ${index}`).execute(db);
  // A batch from which unreadable rows are missing would look like the last.
  const all = db.withoutPlugins();
  await ofRecords(all);
  await ofPlans(all);
}

const batch = 100;

async function ofRecords(db: Kysely<Before>): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const rows: readonly Before['instances'][] = await db
      .selectFrom('instances')
      .select(['id', 'flavour_id', 'instantiated'])
      .where('flavour_id', 'is not', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute();
    for (const { id, instantiated } of rows) {
      const sharers = sharersIn(instantiated, (read) => read['vnfcs']);
      for (const sharer of sharers) await holdUnclaimed(db, id, sharer);
      await shareAll(db, id, sharers);
    }
    after = rows.length < batch ? undefined : rows.at(-1)?.id;
  }
}

async function ofPlans(db: Kysely<Before>): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const rows: readonly Before['operations'][] = await db
      .selectFrom('operations')
      .select(['id', 'instance_id', 'state', 'plan'])
      .where('state', 'in', ['PROCESSING', 'FAILED_TEMP', 'ROLLING_BACK'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute();
    for (const { instance_id: instance, plan } of rows) await shareAll(db, instance, sharersIn(plan, addedIn));
    after = rows.length < batch ? undefined : rows.at(-1)?.id;
  }
}

type Json = Readonly<Record<string, unknown>>;

const addedIn = ({ vnfcs, adds }: Json): unknown =>
  Array.isArray(vnfcs) ? vnfcs.flatMap((change: Json | null) => change?.['after'] ?? []) : adds;

interface Sharer {
  readonly allocation: string;
  readonly key: string;
}

/** The VNFC that had claimed it has left, and others have it: the first of them holds it, unless another VNF does by now. */
async function holdUnclaimed(db: Kysely<Before>, instance: string, { allocation, key }: Sharer): Promise<void> {
  await sql`insert into claims (host_id, kind, key, cell, exclusive, amount, allocation_id)
    select '*', 'ip', ${key}, null, 1, 1, allocations.id from allocations
    where allocations.id = ${allocation} and allocations.instance_id = ${instance}
      and not exists (select 1 from claims as held
        where held.host_id = '*' and held.kind = 'ip' and held.key = ${key} and held.exclusive = 1)`.execute(db);
}

/** A row for each that has none; a key that nobody of the instance holds is none of a virtual address. */
async function shareAll(db: Kysely<Before>, instance: string, sharers: readonly Sharer[]): Promise<void> {
  for (const { allocation, key } of sharers)
    await sql`insert into claims (host_id, kind, key, cell, exclusive, amount, allocation_id)
      select '*', 'ip', claims.key, null, 0, 1, allocations.id from claims
        join allocations on allocations.id = ${allocation} and allocations.instance_id = ${instance}
        join allocations as holder on holder.id = claims.allocation_id and holder.instance_id = ${instance}
      where claims.host_id = '*' and claims.kind = 'ip' and claims.key = ${key} and claims.exclusive = 1
        and not exists (select 1 from claims as own where own.allocation_id = ${allocation}
          and own.host_id = '*' and own.kind = 'ip' and own.key = ${key})`.execute(db);
}

/** None of what cannot be read: such an instance keeps what it has. */
function sharersIn(text: string | null, vnfcsOf: (read: Json) => unknown): readonly Sharer[] {
  if (text === null) return [];
  try {
    const vnfcs = vnfcsOf(JSON.parse(text) as Json);
    return Array.isArray(vnfcs) ? vnfcs.flatMap(sharersOf) : [];
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return [];
    throw error;
  }
}

interface StoredVnfc {
  readonly id?: unknown;
  readonly allocations?: { readonly addresses?: unknown };
  readonly cps?: readonly StoredCp[];
}

interface StoredCp {
  readonly network?: string;
  readonly physicalNetwork?: string;
  readonly vlan?: number;
  readonly vips?: readonly { readonly addresses: readonly string[] }[];
}

/** As lifecycle/allocations.ts and lifecycle/address-keys.ts name allocation and key. */
function sharersOf({ id, allocations, cps }: StoredVnfc): readonly Sharer[] {
  if (typeof id !== 'string' || !Array.isArray(cps)) return [];
  const named = allocations?.addresses;
  const allocation = typeof named === 'string' ? named : `${id}/addresses`;
  return (cps as readonly StoredCp[]).flatMap((cp) =>
    (cp.vips ?? []).flatMap(({ addresses }) => addresses.map((address) => ({ allocation, key: keyOf(cp, address) }))),
  );
}

const keyOf = ({ network, physicalNetwork, vlan }: StoredCp, address: string): string =>
  `${network ?? physicalNetwork ?? ''}${vlan === undefined ? '' : `.${String(vlan)}`}/${address.split('/')[0] ?? ''}`;
