/**
 * The store that replicas share: one PostgreSQL database, several Berths. Transactions are read committed and lock the
 * rows they decide on (locks.ts); serializable ones fail far too often under a thousand concurrent requests. Ended replicas
 * are recognised by a lock that each holds while it is alive (postgres-session.ts). An answered commit is as durable as
 * the server's `synchronous_commit` makes it.
 */
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Client, Pool, TypeOverrides, types, type ClientConfig, type PoolConfig } from 'pg';
import type { Clock, SteadyClock } from '../../../shared/clock.js';
import type { UnreadableRow } from '../../connection.js';
import type { Store } from '../../store.js';
import type { PolicyOf } from '../claims/capacity-guard.js';
import { timed, type StoreDialect } from '../dialect.js';
import type { Tables } from '../schema.js';
import { refuse } from '../../../shared/outcome.js';
import { problem } from '../../../shared/problem.js';
import { createKyselyStore } from '../kysely-store.js';
import { isSessionGone, PostgresSession } from './postgres-session.js';
import { CompiledQueries } from '../rows/kept-query.js';
import { ReadableRowsOnly, UnreadableRows } from '../rows/unreadable-rows.js';
import { postgresTrouble } from './postgres-trouble.js';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; a socket's folder as `?host=/run/postgresql`. */
  readonly url: string;
  /** Of what is kept with its time, and of pauses. */
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** Connections of this Berth at most, beside the one that shows that it lives. */
  readonly connections?: number;
  /** How long to wait for the server to accept a connection, or for one of ours to be free. */
  readonly connectTimeoutMs?: number;
  /** Reservation and CPU ratio of a host, for the guard on sums; absent: only physical limits are guarded. */
  readonly policyOf?: PolicyOf;
  /** Called once for each unreadable row. */
  readonly onUnreadable?: (row: UnreadableRow) => void;
}

export const createPostgresStore = (options: PostgresOptions): Store =>
  createKyselyStore(postgresDialect(options), options.policyOf ?? (() => undefined));

function postgresDialect(options: PostgresOptions): StoreDialect {
  const { clock } = options;
  const pool = new Pool(poolConfig(options));
  // A connection that breaks between two statements fails the next one; without a listener it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const session = new PostgresSession(connectionConfig(options), clock);
  const name = postgresName(options.url);
  const unreadable = new UnreadableRows(name, options.onUnreadable ?? (() => undefined));
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new ReadableRowsOnly(unreadable), new CompiledQueries()],
  });
  return {
    db,
    unreadable,
    name,
    prepare: async () => {
      await refuseUnusable(db, name);
      await session.begin();
      return { exclusive: false };
    },
    transaction: (work) =>
      repeated(clock, () =>
        db
          .transaction()
          .setIsolationLevel('read committed')
          .execute((tx) => work(timed(tx, clock))),
      ),
    // A commit is answered when the server has it on disk.
    settled: () => Promise.resolve(),
    session: () => session.number(),
    isSessionGone,
    isUniqueViolation: (error) => codeOf(error) === uniqueViolation,
    troubleOf: (error) => Promise.resolve(postgresTrouble(error, name)),
    fillingUp: () => Promise.resolve(undefined),
    returnSpace: () => vacuum(db),
    size: async () => {
      const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db);
      return { database: 'postgresql', bytes: rows[0]?.bytes ?? 0 };
    },
    snapshot: () => Promise.resolve(refuse(ownTools(name))),
    close: async () => {
      await session.end();
      await db.destroy();
    },
  };
}

/** Earlier than autovacuum; no request waits for it, and it truncates free space at the end of a table. */
async function vacuum(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ name: string }>`select relname as name from pg_stat_user_tables
    where relname in ('journal', 'operations') and n_dead_tup > ${deadRows}`.execute(db);
  for (const { name } of rows) await sql`vacuum ${sql.table(name)}`.execute(db);
  return false;
}

const deadRows = 1_000;

/** A Berth that is frozen halfway must not hold its row locks forever: the server ends such transactions. */
const frozenMs = 30_000;

const poolConfig = (options: PostgresOptions): PoolConfig => ({
  ...connectionConfig(options),
  max: options.connections ?? 10,
});

function connectionConfig({ url, connectTimeoutMs = 10_000 }: PostgresOptions): ClientConfig {
  // 64-bit numbers here are times in ms, amounts and counts: all exact as a double.
  const parsers = new TypeOverrides();
  parsers.setTypeParser(types.builtins.INT8, Number);
  return {
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    idle_in_transaction_session_timeout: frozenMs,
    keepAlive: true,
    application_name: 'berth',
    types: parsers,
  };
}

/** Without the password. */
export function postgresName(url: string): string {
  const { user = '', host, port, database = '' } = new Client({ connectionString: url });
  const server = host.startsWith('/') ? `the socket in ${host}` : `${host}:${String(port)}`;
  return `the PostgreSQL database "${database}" at ${server} (user "${user}")`;
}

const ownTools = (name: string) =>
  problem(
    'task-not-supported',
    `Berth takes no backup of ${name}: use pg_dump or continuous archiving, then copy \`dataDir\` (docs/backup.md).`,
  );

async function refuseUnusable(db: Kysely<Tables>, name: string): Promise<void> {
  let standby: boolean;
  try {
    const { rows } = await sql<{ standby: boolean }>`select pg_is_in_recovery() as standby`.execute(db);
    standby = rows[0]?.standby === true;
  } catch (error) {
    throw new Error(`${name} cannot be used; ${advice(codeOf(error))}`, { cause: error });
  }
  if (standby) throw new Error(`${name} is a standby and read-only; name the primary server in \`store\``);
}

/** What to do next, by PostgreSQL's SQLSTATE. */
function advice(code: unknown): string {
  switch (code) {
    case '28P01':
    case '28000':
      return 'correct the user or the password in `store`, or allow the user in pg_hba.conf';
    case '3D000':
      return 'create the database (createdb), or correct its name in `store`';
    case '53300':
      return 'the server has no connection left; raise its max_connections';
    case '57P03':
      return 'the server is starting or stopping; try again in a moment';
    default:
      return 'start the server, or correct `store` if it is another one';
  }
}

const uniqueViolation = '23505';
/** Serialization failure and deadlock: nothing was written, and a retry may succeed. */
const passing: readonly unknown[] = ['40001', '40P01'];
const attempts = 10;
const longestPauseMs = 200;

/**
 * Retries a transaction until it succeeds. A unique violation is retried once: another transaction may have written
 * between the read and the write, and on fresh data the verb refuses with a reason.
 */
async function repeated<T>(clock: Pick<SteadyClock, 'sleep'>, transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      const again = attempt < attempts && passing.includes(codeOf(error));
      if (!again && !(attempt === 1 && codeOf(error) === uniqueViolation)) throw error;
      await clock.sleep(Math.random() * Math.min(longestPauseMs, 2 ** attempt));
    }
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
