/**
 * All that differs between databases. Everything else in this folder is SQL that SQLite and PostgreSQL both speak, but
 * for row locks, which the SQLite dialect leaves out.
 */
import type { Outcome } from '../../shared/outcome.js';
import type { StoreSize } from '../figures.js';
import type { StoreSnapshot } from '../connection.js';
import type { StoreTrouble } from '../trouble.js';
import type { RawBuilder, SqlBool } from 'kysely';
import type { UnreadableRows } from './rows/unreadable-rows.js';
import type { Db } from './schema.js';

export interface StoreDialect {
  readonly db: Db;
  readonly unreadable: UnreadableRows;
  /** For people, e.g. `the database file /var/lib/berth/berth.db`. */
  readonly name: string;
  /**
   * Makes the database ready for migrations; throws a sentence when it cannot be used. True when nobody else can
   * have it open, so that leases found in it belong to the dead.
   */
  prepare(): Promise<{ readonly exclusive: boolean }>;
  /** Runs `work` as if nothing else ran meanwhile: writers one by one, or under the locks of locks.ts. May repeat it. */
  readonly transaction: <T>(work: (tx: Db) => Promise<T>) => Promise<T>;
  /** Resolves when all that this process has committed is as durable as the database makes it. */
  settled(): Promise<void>;
  /** By which the database knows that this process lives; null when it cannot know. */
  readonly session: () => number | null;
  /** Of a row with `lease_session`: whether the process that took it is known to have ended. */
  readonly isSessionGone: RawBuilder<SqlBool>;
  isUniqueViolation(error: unknown): boolean;
  /** What an error says of the database itself; undefined for any other error. */
  troubleOf(error: unknown): Promise<StoreTrouble | undefined>;
  /** Trouble to come, as far as the disk can be seen from here. */
  fillingUp(): Promise<StoreTrouble | undefined>;
  /** As in Retention. */
  readonly returnSpace: () => Promise<boolean>;
  /** As in Figures. */
  readonly size: () => Promise<StoreSize>;
  /** As in Store. */
  snapshot(toFile: string): Promise<Outcome<StoreSnapshot>>;
  close(): Promise<void>;
}
