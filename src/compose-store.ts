/**
 * The store of this Berth: a file of its own, or the PostgreSQL database that replicas share.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { BerthConfig } from './config/config.js';
import type { ComposedFleet } from './compose-fleet.js';
import type { Clock } from './shared/clock.js';
import type { Log } from './shared/log.js';
import type { UnreadableRow } from './store/connection.js';
import type { Store } from './store/store.js';

export interface ComposedStore {
  readonly store: Store;
  /** For people, without a password. */
  readonly name: string;
  /** Of a database that is one file. */
  readonly file?: string;
}

/** Of the two databases and their drivers, only the one that is used is loaded. */
export async function composeStore(
  { store: url }: BerthConfig,
  { stateDir, policyOf }: ComposedFleet,
  log: Log,
  clock: Clock,
): Promise<ComposedStore> {
  const onUnreadable = (row: UnreadableRow): void => {
    log.error({ ...row }, 'a row of the database cannot be read and is left out of lists; see docs/backup.md');
  };
  if (url !== undefined) {
    const { createPostgresStore, postgresName } = await import('./store/kysely/postgres/postgres.js');
    return { store: createPostgresStore({ url, clock, policyOf, onUnreadable }), name: postgresName(url) };
  }
  const { createSqliteStore } = await import('./store/kysely/sqlite/sqlite.js');
  const file = join(stateDir, 'berth.sqlite');
  return { store: createSqliteStore({ file, clock, policyOf, onUnreadable }), name: `the database file ${file}`, file };
}

/** The name under which leases are held. Containers share host names and process ids; no two processes share this. */
export const uniqueOwner = (): string => `${hostname()}/${String(process.pid)}/${randomUUID()}`;
