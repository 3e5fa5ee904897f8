/**
 * What lists of instances need of a package, its scaling aspects, stands apart from all else that the package holds. A row
 * whose contents do not tell stays without: lists leave it out and name it.
 */
import type { Kysely } from 'kysely';
import { isJsonObject } from '../../../shared/json-object.js';

interface Before {
  readonly packages: { readonly id: string; readonly contents: string | null; readonly scaling: string | null };
}

/** What packages hold is large: one at a time. */
export async function up(db: Kysely<Before>): Promise<void> {
  await db.schema.alterTable('packages').addColumn('scaling', 'text').execute();
  const all = db.withoutPlugins();
  for (let after = ''; ;) {
    const row = await all
      .selectFrom('packages')
      .select(['id', 'contents'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return;
    after = row.id;
    const scaling = scalingIn(row.contents ?? 'null');
    if (scaling === undefined) continue;
    await all
      .updateTable('packages')
      .set({ scaling: JSON.stringify(scaling) })
      .where('id', '=', row.id)
      .execute();
  }
}

type Json = Readonly<Record<string, unknown>>;

function scalingIn(contents: string): Json | undefined {
  const value = parsed(contents);
  const vnfd = isJsonObject(value) ? value['vnfd'] : undefined;
  const flavours = isJsonObject(vnfd) ? vnfd['flavours'] : undefined;
  if (!Array.isArray(flavours)) return undefined;
  const list: readonly unknown[] = flavours;
  return Object.fromEntries(
    list
      .filter(isJsonObject)
      .map(({ id, aspects }) => [String(id), Array.isArray(aspects) ? aspects.flatMap(aspectIn) : []]),
  );
}

const aspectIn = (aspect: unknown) =>
  isJsonObject(aspect) ? [{ id: aspect['id'], maxScaleLevel: aspect['maxScaleLevel'] }] : [];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
