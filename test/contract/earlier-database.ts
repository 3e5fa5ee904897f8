/**
 * Databases as earlier builds left them: the migrations up to one of them, on SQLite or PostgreSQL, and rows written by hand.
 */
import { readdirSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { Pool } from 'pg';

const folder = 'src/store/kysely/migrations';

export type AnyRow = Readonly<Record<string, string | number | null>>;
type AnyDb = Kysely<Readonly<Record<string, AnyRow>>>;

export const sqliteFile = (file: string): AnyDb =>
  new Kysely({ dialect: new SqliteDialect({ database: new Database(file) }) });

export const postgresAt = (url: string): AnyDb =>
  new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: url }) }) });

/** All migrations before this one are done, as by a build that knew no more. */
export async function migratedBefore(db: AnyDb, migration: string): Promise<void> {
  const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
  const known: Record<string, Migration> = {};
  for (const name of names.filter((each) => each < migration)) {
    const { up } = (await import(`../../${folder}/${name}.js`)) as Partial<Migration>;
    if (up !== undefined) known[name] = { up };
  }
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => known } }).migrateToLatest();
  if (error !== undefined) throw new Error('the earlier schema could not be made', { cause: error });
}

export async function insert(db: AnyDb, table: string, row: AnyRow): Promise<void> {
  await db.insertInto(table).values(row).execute();
}
