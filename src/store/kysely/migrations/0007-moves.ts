/**
 * How migration 0007 moves rows: one table after the other, a batch at a time in the order of ids. Frozen with it: the
 * shapes below are those of documents as they were then, whatever the code around them says today.
 */
import type { Kysely } from 'kysely';

export interface Moving {
  readonly packages: Columns<'contents' | 'artifacts'>;
  readonly package_images: { readonly sha256: string; readonly package_id: string };
  readonly instances: Columns<'instantiated' | 'flavour_id' | 'vnfd_id' | 'name'> & { readonly revision: number };
  readonly operations: Columns<'plan' | 'params' | 'explanation' | 'operation'> & {
    readonly state: string;
    readonly rollback_supported: number | null;
  };
  readonly subscriptions: { readonly id: string; readonly document: string; readonly created_at_ms: number };
}

type Columns<Optional extends string> = { readonly id: string; readonly document: string } & {
  readonly [name in Optional]: string | null;
};
type Json = Readonly<Record<string, unknown>>;
type Table = 'packages' | 'instances' | 'operations' | 'subscriptions';

const batch = 100;

async function eachRow(
  db: Kysely<Moving>,
  table: Table,
  move: (id: string, document: Json) => Promise<void>,
): Promise<void> {
  let after = '';
  for (;;) {
    const rows = await db
      .selectFrom(table)
      .select(['id', 'document'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute();
    for (const { id, document } of rows) await move(id, JSON.parse(document) as Json);
    const last = rows.at(-1);
    if (last === undefined || rows.length < batch) return;
    after = last.id;
  }
}

const textOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

interface Contents extends Json {
  readonly vnfd: Json;
  readonly additionalArtifacts: readonly Json[];
  readonly softwareImages: readonly { readonly sha256: string }[];
}

export const movePackages = (db: Kysely<Moving>): Promise<void> =>
  eachRow(db, 'packages', async (id, { contents, ...document }) => {
    if (contents === undefined) return;
    const { additionalArtifacts, ...rest } = contents as Contents;
    await db
      .updateTable('packages')
      .set({
        document: JSON.stringify({ ...document, summary: summaryOf(rest) }),
        contents: JSON.stringify(rest),
        artifacts: JSON.stringify(additionalArtifacts),
      })
      .where('id', '=', id)
      .execute();
    for (const sha256 of new Set(rest.softwareImages.map((image) => image.sha256))) {
      await db.insertInto('package_images').values({ sha256, package_id: id }).execute();
    }
  });

function summaryOf({ vnfd, compatibleSpecificationVersions, securityOption, signingCertificate }: Json): Json {
  const { id, provider, productName, softwareVersion, version, vnfmInfo } = vnfd as Json;
  return {
    vnfd: { id, provider, productName, softwareVersion, version, vnfmInfo },
    ...{ compatibleSpecificationVersions, securityOption, signingCertificate },
  };
}

export const moveInstances = (db: Kysely<Moving>): Promise<void> =>
  eachRow(db, 'instances', async (id, { instantiated, ...document }) => {
    const name = document['vnfInstanceName'] as string | undefined;
    await db
      .updateTable('instances')
      .set({
        document: JSON.stringify(document),
        instantiated: textOf(instantiated),
        flavour_id: ((instantiated as Json | undefined)?.['flavourId'] as string | undefined) ?? null,
        vnfd_id: document['vnfdId'] as string,
        name: name === undefined || name.includes('\0') ? null : name,
        revision: document['revision'] as number,
      })
      .where('id', '=', id)
      .execute();
  });

const ended = ['COMPLETED', 'FAILED', 'ROLLED_BACK'];

export const moveOperations = (db: Kysely<Moving>): Promise<void> =>
  eachRow(db, 'operations', async (id, { operationParams, explanation, ...document }) => {
    const rollback = ended.includes(document['operationState'] as string) ? null : await rollbackOf(db, id);
    await db
      .updateTable('operations')
      .set({
        document: JSON.stringify(document),
        params: textOf(operationParams),
        explanation: textOf(explanation ?? undefined),
        operation: document['operation'] as string,
        rollback_supported: rollback,
      })
      .where('id', '=', id)
      .execute();
  });

/** Plans are large; only those of operations that may still be rolled back are looked into. */
async function rollbackOf(db: Kysely<Moving>, id: string): Promise<number | null> {
  const { plan } = await db.selectFrom('operations').select('plan').where('id', '=', id).executeTakeFirstOrThrow();
  if (plan === null) return null;
  return (JSON.parse(plan) as { readonly rollbackSupported: boolean }).rollbackSupported ? 1 : 0;
}

export const moveSubscriptions = (db: Kysely<Moving>): Promise<void> =>
  eachRow(db, 'subscriptions', async (id, { createdAtMs }) => {
    await db
      .updateTable('subscriptions')
      .set({ created_at_ms: createdAtMs as number })
      .where('id', '=', id)
      .execute();
  });
