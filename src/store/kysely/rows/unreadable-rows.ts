/**
 * Rows whose JSON does not parse, or lacks members that every reader needs. One such row must not make a list, a round or
 * the metrics fail: queries skip it, it is reported here, and reading it by id fails with the reason.
 */
import { setImmediate as turn } from 'node:timers/promises';
import {
  sql,
  TableNode,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
} from 'kysely';
import { problem } from '../../../shared/problem.js';
import type { UnreadableRow } from '../../connection.js';
import { StoreTrouble } from '../../trouble.js';
import { isChecked, misfitOf, type JsonRow } from './row-shapes.js';
import type { Db } from '../schema.js';

type Table = 'packages' | 'instances' | 'operations' | 'subscriptions' | 'deliveries';

/** The key column of a table, and the statement that keeps an unreadable row from being taken repeatedly. */
const tables: Readonly<Record<Table, { readonly key: string; readonly setAside?: string }>> = {
  packages: {
    key: 'id',
    setAside: `update packages set lease_owner = 'unreadable' where under_way = 1 and id =`,
  },
  instances: { key: 'id' },
  operations: {
    key: 'id',
    setAside: `update operations set lease_owner = 'unreadable' where id =`,
  },
  subscriptions: { key: 'id', setAside: 'update subscriptions set waits_since_ms = null where id =' },
  deliveries: { key: 'subscription_id', setAside: 'update subscriptions set waits_since_ms = null where id =' },
};

const isKnown = (name: string): name is Table => name in tables;

interface Named extends UnreadableRow {
  readonly table: Table;
}

interface Misfit {
  readonly row: JsonRow;
  readonly reason: string;
}

const nameOf = (table: string, key: unknown): string => `${table}/${String(key)}`;

/** Rows of one look; rows named at most. */
const batch = 20;
const mostNamed = 1000;

export class UnreadableRows {
  readonly #rows = new Map<string, UnreadableRow>();
  readonly #suspects = new Set<Table>();
  readonly #met: Named[] = [];

  readonly #database: string;
  readonly #tell: (row: UnreadableRow) => void;

  constructor(database: string, tell: (row: UnreadableRow) => void) {
    this.#database = database;
    this.#tell = tell;
  }

  all(): readonly UnreadableRow[] {
    return [...this.#rows.values()];
  }

  /** Rows that a query met: by id where it selected ids, else searched for in the whole table. */
  suspect(table: string, misfits: readonly Misfit[]): void {
    if (!isKnown(table)) return;
    const { key } = tables[table];
    const unknown = misfits.filter(({ row }) => !this.#rows.has(nameOf(table, row[key])));
    this.#met.push(
      ...unknown.flatMap(({ row, reason }) => (typeof row[key] === 'string' ? [{ table, id: row[key], reason }] : [])),
    );
    if (unknown.some(({ row }) => typeof row[key] !== 'string')) this.#suspects.add(table);
  }

  /** Why nothing was found, when one of these ids is that of a row that cannot be read. */
  troubleOf(ids: readonly unknown[]): StoreTrouble | undefined {
    const row = this.all().find(({ id }) => ids.includes(id));
    if (row === undefined) return undefined;
    const detail = `The row ${row.id} of table ${row.table} in ${this.#database} cannot be read: ${row.reason}. It is left out of lists, and left as it is. Restore it from a backup (docs/backup.md).`;
    return new StoreTrouble('damaged', problem('store-damaged', detail, { table: row.table, row: row.id }));
  }

  /** Finds the ids of the rows after a query has met one; outside of any transaction. */
  async look(db: Db): Promise<void> {
    const suspects = [...this.#suspects];
    this.#suspects.clear();
    for (const row of this.#met.splice(0)) await this.#name(row, db.withoutPlugins());
    for (const table of suspects) await this.#lookThrough(db.withoutPlugins(), table);
  }

  async #lookThrough(db: Db, table: Table): Promise<void> {
    const { key } = tables[table];
    for (let after = '', more = true; more && this.#rows.size < mostNamed;) {
      const { rows } = await sql<JsonRow>`select * from ${sql.table(table)} where ${sql.ref(key)} > ${after}
        order by ${sql.ref(key)} limit ${batch}`.execute(db);
      for (const row of rows) {
        const [id, reason] = [String(row[key]), misfitOf(table, row)];
        if (reason !== undefined) await this.#name({ table, id, reason }, db);
      }
      await turn();
      after = String(rows.at(-1)?.[key]);
      more = rows.length === batch;
    }
  }

  async #name(row: Named, db: Db): Promise<void> {
    const name = nameOf(row.table, row.id);
    if (!this.#rows.has(name)) this.#tell(row);
    this.#rows.set(name, row);
    const { setAside } = tables[row.table];
    if (setAside !== undefined) await sql`${sql.raw(setAside)} ${row.id}`.execute(db);
  }
}

/** Takes unreadable rows out of what queries answer; of the others it hands on what it has parsed (`Parsed`, json.ts). */
export class ReadableRowsOnly implements KyselyPlugin {
  readonly #tableOf = new WeakMap<object, string>();

  readonly #unreadable: UnreadableRows;
  readonly #answers: 'parsed' | 'texts';

  /** `texts`: what is readable is answered as it is stored. */
  constructor(unreadable: UnreadableRows, answers: 'parsed' | 'texts' = 'parsed') {
    this.#unreadable = unreadable;
    this.#answers = answers;
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): PluginTransformQueryArgs['node'] {
    if (node.kind !== 'SelectQueryNode') return node;
    const [from] = node.from?.froms ?? [];
    if (from === undefined || !TableNode.is(from)) return node;
    const { name } = from.table.identifier;
    if (isChecked(name)) this.#tableOf.set(queryId, name);
    return node;
  }

  transformResult({ queryId, result }: PluginTransformResultArgs): Promise<PluginTransformResultArgs['result']> {
    const table = this.#tableOf.get(queryId);
    if (table === undefined) return Promise.resolve(result);
    const misfits: Misfit[] = [];
    const rows: JsonRow[] = [];
    for (const row of result.rows) {
      const parsed: Record<string, unknown> = {};
      const reason = misfitOf(table, row, parsed);
      if (reason === undefined) rows.push(this.#answers === 'texts' ? row : { ...row, ...parsed });
      else misfits.push({ row, reason });
    }
    if (misfits.length > 0) this.#unreadable.suspect(table, misfits);
    return Promise.resolve({ ...result, rows });
  }
}
