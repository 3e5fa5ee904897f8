/**
 * All that differs between databases. Everything else in this folder is SQL that SQLite and PostgreSQL both speak, but
 * for row locks, which the SQLite dialect leaves out.
 */
import type { WallClock } from '../../shared/clock.js';
import type { Outcome } from '../../shared/outcome.js';
import type { StoreSize } from '../figures.js';
import type { StoreSnapshot } from '../connection.js';
import type { StoreTrouble } from '../trouble.js';
import type { RawBuilder, SqlBool } from 'kysely';
import type { UnreadableRows } from './rows/unreadable-rows.js';
import type { Db, Tx } from './schema.js';

export interface StoreDialect {
  readonly db: Db;
  readonly unreadable: UnreadableRows;
  /** Shown in messages, e.g. `the database file /var/lib/berth/berth.db`. */
  readonly name: string;
  /**
   * Makes the database ready for migrations; throws a sentence when it cannot be used. True when nobody else can
   * have it open, so that leases found in it belong to the dead.
   */
  prepare(): Promise<{ readonly exclusive: boolean }>;
  /** Runs `work` isolated from other transactions: writers one by one, or under the locks of locks.ts. May repeat it. */
  readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** Resolves when all that this process has committed is as durable as the database makes it. */
  settled(): Promise<void>;
  /** Number by which the database tells whether this process is alive; null when it cannot. */
  readonly session: () => number | null;
  /** For a row with `lease_session`: whether the process that took it has ended, as far as is known. */
  readonly isSessionGone: RawBuilder<SqlBool>;
  isUniqueViolation(error: unknown): boolean;
  /** The trouble with the database that an error stands for; undefined for any other error. */
  troubleOf(error: unknown): Promise<StoreTrouble | undefined>;
  /** Trouble that the next writes will meet, such as a nearly full disk. */
  fillingUp(): Promise<StoreTrouble | undefined>;
  /** As in Retention. */
  readonly returnSpace: () => Promise<boolean>;
  /** As in Figures. */
  readonly size: () => Promise<StoreSize>;
  /** As in Store. */
  snapshot(toFile: string): Promise<Outcome<StoreSnapshot>>;
  close(): Promise<void>;
}

export const timed = (tx: Db, clock: WallClock): Tx => Object.assign(tx, { clock });
