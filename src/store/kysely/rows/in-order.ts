/**
 * Reads a page without reading more rows than it shows. First its keys, from indexes in the order of the collection: one
 * range, or one range per requested value, merged. Then the documents, up to a total size, because reading and parsing
 * them blocks the event loop.
 */
import { sql, type RawBuilder } from 'kysely';
import { KiB } from '../../../shared/units.js';
import type { MomentKey, PageAfter } from '../../page.js';
import type { Db, Tables } from '../schema.js';

/** Total size of documents that are read at once; a single one may be larger. */
const mostBytes = 256 * KiB;

/** Beyond this number of ranges merging costs more than comparing records. */
export const mostPlaces = 100;

/** Columns that have one value each. */
export type Place = Readonly<Record<string, string>>;

export interface InOrder {
  readonly table: keyof Tables;
  /** Unique together, and immutable. */
  readonly order: readonly string[];
  /** For each an index holds these columns, and the order after them. */
  readonly places: readonly Place[];
  /** Further conditions on a row. */
  readonly where: readonly RawBuilder<unknown>[];
  /** What is read of a row afterwards. */
  readonly document: string;
  readonly limit: number;
}

type Key = Readonly<Record<string, string | number>> & { readonly id: string; readonly bytes: number };

/**
 * The next rows after those of `after`, in order. Empty only at the end of the collection: where nothing can be read,
 * what comes after it is.
 */
export async function nextRows<Row>(
  db: Db,
  asked: InOrder,
  after: readonly (string | number)[] | undefined,
  read: (ids: readonly string[]) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  for (let from = after; ;) {
    const keys = within(await keysAfter(db, asked, from), mostBytes);
    const last = keys.at(-1);
    if (last === undefined) return [];
    const rows = await read(keys.map(({ id }) => id));
    if (rows.length > 0) return rows;
    from = asked.order.map((column) => last[column] ?? '');
  }
}

export const keyOfId = ({ after }: PageAfter<string>) => (after === undefined ? undefined : [after]);

export const keyOfMoment = ({ after }: PageAfter<MomentKey>) =>
  after === undefined ? undefined : [after.ms, after.id];

/** `in ()` is not valid SQL everywhere: an empty list matches nothing. */
export const allowsNothing = (...lists: readonly (readonly string[] | undefined)[]): boolean =>
  lists.some((list) => list?.length === 0);

export const among = (column: string, values: readonly string[]) => sql`${sql.ref(column)} in (${sql.join(values)})`;

/** The values of several columns in every combination; undefined: too many to read from each. */
export function placesOf(lists: Readonly<Record<string, readonly string[] | undefined>>): readonly Place[] | undefined {
  const given = Object.entries(lists).flatMap(([column, values]) => (values ? [[column, values] as const] : []));
  if (given.reduce((count, [, values]) => count * values.length, 1) > mostPlaces) return undefined;
  return given.reduce<readonly Place[]>(
    (places, [column, values]) => places.flatMap((place) => values.map((value) => ({ ...place, [column]: value }))),
    [{}],
  );
}

/** Neither database reads a text to determine its length. */
async function keysAfter(db: Db, asked: InOrder, after: readonly (string | number)[] | undefined) {
  const { table, order, places, document, limit } = asked;
  if (places.length === 0) return [];
  const columns = sql.join(order.map((column) => sql.ref(column)));
  const found = sql.join(
    places.map((place) => sql`select * from (${keysAt(asked, place, after, columns)}) as place`),
    sql` union all `,
  );
  const sizes = sql`select found.*, coalesce(octet_length(${sql.ref(`whole.${document}`)}), 0) as bytes
    from (select * from (${found}) as places order by ${columns} limit ${limit}) as found
    join ${sql.table(table)} as whole on whole.id = found.id`;
  const { rows } = await sql<Key>`select * from (${sizes}) as sized order by ${columns}`.execute(db);
  return rows;
}

function keysAt(
  { table, where, limit }: InOrder,
  place: Place,
  after: readonly (string | number)[] | undefined,
  columns: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const wanted = [
    ...Object.entries(place).map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
    ...where,
    ...(after === undefined ? [] : [sql`(${columns}) > (${sql.join(after)})`]),
  ];
  const narrowed = wanted.length === 0 ? sql`` : sql`where ${sql.join(wanted, sql` and `)}`;
  return sql`select ${columns} from ${sql.table(table)} ${narrowed} order by ${columns} limit ${limit}`;
}

function within(keys: readonly Key[], most: number): readonly Key[] {
  let bytes = 0;
  const beyond = keys.findIndex((key, at) => (bytes += key.bytes) > most && at > 0);
  return beyond < 0 ? keys : keys.slice(0, beyond);
}
