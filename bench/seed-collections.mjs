/**
 * A database with as many packages, instances and operations as a bench wants, each a copy of one that is there with ids
 * of its own: whatever columns a row has are copied, so that the schema is not repeated here. The server must be stopped.
 * Claims are not copied: the hosts have no room for them.
 */
import Database from 'better-sqlite3';
import { Client } from 'pg';

const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/g;
const atOnce = 200;
const tables = ['packages', 'package_images', 'sboms', 'instances', 'operations', 'journal'];

/** The id of a copy: its first group counts, so that copies come in the order of their numbers; number 0 is what is copied. */
const copyId = (id, at) => (at === 0 ? id : id.replace(uuid, (_, rest) => `${(0x10000000 + at).toString(16)}${rest}`));

/** Every id in a row is that of the copy; those of packages and their VNFDs are those of the package it belongs to. */
function copied(row, at, packageAt, ofPackage) {
  const inText = (text) =>
    text
      .replace(uuid, (id) => copyId(id, ofPackage.has(id) ? packageAt : at))
      .replaceAll('bench-api-0', `bench-api-${at}`);
  const each = ([column, value]) => [column, typeof value === 'string' ? inText(value) : value];
  return Object.fromEntries(Object.entries(row).map(each));
}

/** Both databases behind the same few words; PostgreSQL gives bigint as text. */
const overSqlite = (file) => {
  const database = new Database(file);
  return {
    rows: (table) => database.prepare(`select * from ${table}`).all(),
    insert: (table, rows) => {
      const columns = Object.keys(rows[0]);
      const statement = database.prepare(
        `insert into ${table} (${columns.join()}) values (${columns.map((name) => `@${name}`).join()})`,
      );
      database.transaction(() => rows.forEach((row) => statement.run(row)))();
    },
    settle: () => database.exec('analyze'),
    close: () => database.close(),
  };
};

const overPostgres = async (url) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  return {
    rows: async (table) => (await client.query(`select * from ${table}`)).rows,
    insert: async (table, rows) => {
      const columns = Object.keys(rows[0]);
      const place = (row, column) => `$${row * columns.length + column + 1}`;
      const values = rows.map((_, row) => `(${columns.map((_name, column) => place(row, column)).join()})`);
      const text = `insert into ${table} (${columns.join()}) values ${values.join()}`;
      await client.query(
        text,
        rows.flatMap((row) => Object.values(row)),
      );
    },
    settle: () => client.query('vacuum analyze'),
    close: () => client.end(),
  };
};

/** The rows that stand for one of each: read once, before anything is copied. */
async function templates(database) {
  const found = {};
  for (const table of tables) found[table] = await database.rows(table);
  const { packages, instances, operations } = found;
  const ofPackage = new Set(packages.flatMap(({ id, vnfd_id: vnfdId }) => [id, vnfdId]));
  if (packages.length !== 1 || instances.length !== 1 || operations.length !== 1) {
    throw new Error('a database to copy from holds one package, one instance and one operation');
  }
  return { ...found, ofPackage };
}

export class SeededCollections {
  #packages = 1;
  #instances = 1;

  /** `where`: the file of SQLite, or the URL of PostgreSQL. */
  static async of(where) {
    const seeded = new SeededCollections();
    seeded.open = () => (where.startsWith('postgres:') ? overPostgres(where) : overSqlite(where));
    const database = await seeded.open();
    seeded.from = await templates(database);
    await database.close();
    return seeded;
  }

  /** Brings the database to that many in all. */
  async upTo({ packages, instances }) {
    const database = await this.open();
    const { from } = this;
    const copy = (rows, at) => rows.map((row) => copied(row, at, at % packages, from.ofPackage));
    const fill = async (table, rows) => {
      for (let at = 0; at < rows.length; at += atOnce) await database.insert(table, rows.slice(at, at + atOnce));
    };
    const range = (first, end) => Array.from({ length: end - first }, (_, at) => at + first);
    for (const table of ['packages', 'package_images', 'sboms']) {
      await fill(
        table,
        range(this.#packages, packages).flatMap((at) => copy(from[table], at)),
      );
    }
    const later = (at) => (row) => ({ ...row, start_time_ms: Number(row.start_time_ms) + at });
    const added = range(this.#instances, instances);
    await fill(
      'instances',
      added.flatMap((at) => copy(from.instances, at)),
    );
    await fill(
      'operations',
      added.flatMap((at) => copy(from.operations, at).map(later(at))),
    );
    await fill(
      'journal',
      added.flatMap((at) => copy(from.journal, at)),
    );
    this.#packages = packages;
    this.#instances = instances;
    await database.settle();
    await database.close();
  }

  /** Of the instance and the operation with that number. */
  idsAt(at) {
    return { instance: copyId(this.from.instances[0].id, at), operation: copyId(this.from.operations[0].id, at) };
  }
}
