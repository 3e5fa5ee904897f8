/**
 * How migration 0007 moves rows: one table after the other, a batch at a time in the order of ids. Frozen with it: the
 * shapes below are those of documents as they were then, whatever the code around them says today. A row whose document
 * does not have the shape stays as it is: lists leave such rows out and name them, and one of them must not keep Berth
 * from starting.
 */
import type { Kysely } from 'kysely';
import { isJsonObject } from '../../../shared/json-object.js';

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
    for (const { id, document } of rows) {
      const json = objectIn(document);
      if (json !== undefined) await move(id, json);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < batch) return;
    after = last.id;
  }
}

/** Undefined: it is no JSON, or no object. */
function objectIn(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const textOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
/** PostgreSQL holds no NUL in a text. */
const isColumnText = (value: unknown): value is string => typeof value === 'string' && !value.includes('\0');
const columnText = (value: unknown): string | null => (isColumnText(value) ? value : null);
const integerUpTo = (most: number, value: unknown): number =>
  Number.isInteger(value) && Math.abs(value as number) <= most ? (value as number) : 0;

interface Contents extends Json {
  readonly vnfd: Json;
  readonly additionalArtifacts?: unknown;
  readonly softwareImages: readonly { readonly sha256: string }[];
}

function areContents(value: unknown): value is Contents {
  if (!isJsonObject(value) || !isJsonObject(value['vnfd'])) return false;
  const images = value['softwareImages'];
  return Array.isArray(images) && images.every((image) => isJsonObject(image) && isColumnText(image['sha256']));
}

export const movePackages = (db: Kysely<Moving>): Promise<void> =>
  eachRow(db, 'packages', async (id, { contents, ...document }) => {
    if (!areContents(contents)) return;
    const { additionalArtifacts, ...rest } = contents;
    await db
      .updateTable('packages')
      .set({
        document: JSON.stringify({ ...document, summary: summaryOf(rest) }),
        contents: JSON.stringify(rest),
        artifacts: textOf(additionalArtifacts),
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
    if (instantiated !== undefined && !isJsonObject(instantiated)) return;
    await db
      .updateTable('instances')
      .set({
        document: JSON.stringify(document),
        instantiated: textOf(instantiated),
        flavour_id: columnText(instantiated?.['flavourId']),
        vnfd_id: columnText(document['vnfdId']),
        name: columnText(document['vnfInstanceName']),
        revision: integerUpTo(2 ** 31 - 1, document['revision']),
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
        operation: columnText(document['operation']),
        rollback_supported: rollback,
      })
      .where('id', '=', id)
      .execute();
  });

/** Plans are large; only those of operations that may still be rolled back are looked into. */
async function rollbackOf(db: Kysely<Moving>, id: string): Promise<number | null> {
  const { plan } = await db.selectFrom('operations').select('plan').where('id', '=', id).executeTakeFirstOrThrow();
  if (plan === null) return null;
  const supported = objectIn(plan)?.['rollbackSupported'];
  return typeof supported === 'boolean' ? Number(supported) : null;
}

export const moveSubscriptions = (db: Kysely<Moving>): Promise<void> =>
  eachRow(db, 'subscriptions', async (id, { createdAtMs }) => {
    await db
      .updateTable('subscriptions')
      .set({ created_at_ms: integerUpTo(Number.MAX_SAFE_INTEGER, createdAtMs) })
      .where('id', '=', id)
      .execute();
  });
