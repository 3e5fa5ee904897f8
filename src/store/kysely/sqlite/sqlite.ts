/**
 * The embedded store: one SQLite file, one Berth. The file is locked for as long as Berth lives, so that a second
 * Berth is refused at its start, and leases found in the file belong to ended processes. The lock ends with the
 * process, however it ends. Answered writes survive power loss (WAL, synced by log-sync.ts before the answer).
 */
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import {
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  SqliteQueryCompiler,
  sql,
  type DatabaseConnection,
  type SelectModifierNode,
  type SqlBool,
} from 'kysely';
import type { Clock } from '../../../shared/clock.js';
import type { UnreadableRow } from '../../connection.js';
import type { Store } from '../../store.js';
import type { PolicyOf } from '../claims/capacity-guard.js';
import { timed, type StoreDialect } from '../dialect.js';
import type { Tables } from '../schema.js';
import { createKyselyStore } from '../kysely-store.js';
import { CompiledQueries } from '../rows/kept-query.js';
import { ReadableRowsOnly, UnreadableRows } from '../rows/unreadable-rows.js';
import { ok } from '../../../shared/outcome.js';
import { MiB } from '../../../shared/units.js';
import { StoreTrouble } from '../../trouble.js';
import { KeptStatements } from './kept-statements.js';
import { LogSync, type SyncFile } from './log-sync.js';
import { SharedSync } from './shared-sync.js';
import { SharedTurns } from './shared-turns.js';
import { refuseCut } from './sqlite-cut.js';
import { checkPages, takeSnapshot } from './sqlite-snapshot.js';
import { letSpaceReturn, remakeForSpace, returnPages } from './sqlite-space.js';
import { codeOf, damaged, fillingUp, sqliteTrouble } from './sqlite-trouble.js';

export interface SqliteOptions {
  /** Created if missing, with its folder; readable by its owner only, because day-0 configuration may hold secrets. */
  readonly file: string;
  /** Of what is kept with its time, and of how long others wait for their turn. */
  readonly clock: Pick<Clock, 'now' | 'elapsedMs'>;
  /** How long to wait at start for another process to let go of the file. */
  readonly lockTimeoutMs?: number;
  /** Reservation and CPU ratio of a host, for the guard on sums; absent: only physical limits are guarded. */
  readonly policyOf?: PolicyOf;
  /** Called once for each unreadable row. */
  readonly onUnreadable?: (row: UnreadableRow) => void;
  /** Syncs the log to disk; absent: fdatasync. */
  readonly syncFile?: SyncFile;
}

export const createSqliteStore = (options: SqliteOptions): Store =>
  createKyselyStore(sqliteDialect(options), options.policyOf ?? (() => undefined));

function sqliteDialect(options: SqliteOptions): StoreDialect {
  const { file, clock, lockTimeoutMs = 2000, onUnreadable = () => undefined } = options;
  let database: Promise<Database> | undefined;
  const opened = (): Promise<Database> =>
    (database ??= openSound(file, lockTimeoutMs).catch((error: unknown) => {
      database = undefined;
      throw error;
    }));
  const unreadable = new UnreadableRows(`the database file ${file}`, onUnreadable);
  const plugins = [new ReadableRowsOnly(unreadable), new CompiledQueries()];
  const log = new LogSync(file, () => checkpoint(db), options.syncFile);
  const shared = new SharedSync(() => log.sync());
  const turns = new SharedTurns(() => clock.elapsedMs());
  const dialect = new ExclusiveSqlite(opened, () => {
    shared.committed();
  });
  const db = new Kysely<Tables>({ dialect, plugins });
  return {
    db,
    unreadable,
    name: `the database file ${file}`,
    prepare: async () => {
      await opened();
      return { exclusive: true };
    },
    transaction: (work) => db.transaction().execute((tx) => work(timed(tx, clock))),
    settled: async () => {
      await shared.settled();
      await turns.shared();
    },
    session: () => null,
    isSessionGone: sql<SqlBool>`0 = 1`,
    isUniqueViolation: (error) => codeOf(error) === 'SQLITE_CONSTRAINT_UNIQUE',
    troubleOf: (error) => sqliteTrouble(error, file),
    fillingUp: () => fillingUp(file),
    // Serialised with transactions: none is open.
    returnSpace: () => db.connection().execute(async () => returnPages(await opened())),
    size: () => Promise.resolve({ database: 'sqlite', bytes: sizeOf(file) + sizeOf(`${file}-wal`) }),
    snapshot: async (toFile) => ok(await takeSnapshot(await opened(), file, toFile)),
    close: async () => {
      await db.destroy();
      await log.close();
    },
  };
}

/** Serialised with transactions: none is open. */
async function checkpoint(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db);
  if (rows[0]?.busy !== 0) throw new Error('the log could not be copied into the database file');
}

/** 0 of a log that is not there yet. */
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** A larger file is checked only as it is read, so that the start does not wait. SQLite itself detects truncation. */
const checkedWholeBytes = 256 * MiB;

/** 16 MiB of log. */
const logPages = 4096;

function openFile(file: string, timeout: number): Database {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  refuseCut(file);
  const database = new Database(file, { timeout });
  try {
    letSpaceReturn(database);
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    // Fewer checkpoints: pages that change often are copied less often, and the event loop is blocked less often.
    database.pragma(`wal_autocheckpoint = ${String(logPages)}`);
    database.pragma('foreign_keys = ON');
    // Sorting must not depend on space in the system's temporary folder.
    database.pragma('temp_store = MEMORY');
    database.exec('begin exclusive; commit');
    const damage = statSync(file).size <= checkedWholeBytes ? checkPages(database) : undefined;
    if (damage !== undefined) throw new StoreTrouble('damaged', damaged(file, damage));
    remakeForSpace(database, file);
    return database;
  } catch (error) {
    database.close();
    throw isBusy(error) ? new Error(inUse(file), { cause: error }) : error;
  }
}

const isBusy = (error: unknown): boolean => codeOf(error) === 'SQLITE_BUSY';

const inUse = (file: string): string =>
  `the database file ${file} is in use by another Berth; stop that one, or give this one a data directory of its own`;

/** What is wrong with the file itself, as a sentence; anything else stays what it is. */
async function openSound(file: string, timeout: number): Promise<Database> {
  try {
    return openFile(file, timeout);
  } catch (error) {
    throw (await sqliteTrouble(error, file)) ?? error;
  }
}

class ExclusiveSqlite extends SqliteDialect {
  readonly #opened: () => Promise<Database>;
  readonly #committed: () => void;

  constructor(opened: () => Promise<Database>, committed: () => void) {
    super({ database: opened });
    this.#opened = opened;
    this.#committed = committed;
  }

  override createDriver(): ImmediateDriver {
    return new ImmediateDriver(this.#opened, this.#committed);
  }

  override createAdapter(): TransactionalDdl {
    return new TransactionalDdl();
  }

  override createQueryCompiler(): WithoutRowLocks {
    return new WithoutRowLocks();
  }
}

/** SQLite has no `for update`: a write transaction locks the whole file. */
class WithoutRowLocks extends SqliteQueryCompiler {
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier === 'Distinct') super.visitSelectModifier(node);
  }
}

/**
 * Takes the write lock at the beginning (`begin immediate`). Statements and commits block the event loop, so the next
 * transaction begins in another turn: connections, timers and health checks are served between two of them.
 */
class ImmediateDriver extends SqliteDriver {
  readonly #opened: () => Promise<Database>;
  readonly #committed: () => void;
  #nextTurn: Promise<void> = Promise.resolve();

  constructor(opened: () => Promise<Database>, committed: () => void) {
    super({ database: async () => new KeptStatements(await opened()) });
    this.#opened = opened;
    this.#committed = committed;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#nextTurn;
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection);
    this.#committed();
    this.#nextTurn = nextTurn();
  }

  /** SQLite rolls back by itself on some errors (disk full): rolling back again would hide the cause. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const database = await this.#opened();
    if (database.inTransaction) await super.rollbackTransaction(connection);
  }
}

/** A migration that fails leaves nothing behind; Kysely does not claim this for SQLite because of table rebuilds. */
class TransactionalDdl extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
