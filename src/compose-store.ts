/**
 * The store of this Berth: a file of its own, or the PostgreSQL database that replicas share.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { BerthConfig } from './config/config.js';
import type { ComposedFleet } from './compose-fleet.js';
import { createPostgresStore } from './store/kysely/postgres.js';
import { createSqliteStore } from './store/kysely/sqlite.js';
import type { Log } from './shared/log.js';
import type { Store, UnreadableRow } from './store/store.js';

export function composeStore({ store: url }: BerthConfig, { stateDir, policyOf }: ComposedFleet, log: Log): Store {
  const onUnreadable = (row: UnreadableRow): void => {
    log.error({ ...row }, 'a row of the database cannot be read and is left out of lists; see docs/backup.md');
  };
  return url === undefined
    ? createSqliteStore({ file: join(stateDir, 'berth.sqlite'), policyOf, onUnreadable })
    : createPostgresStore({ url, policyOf, onUnreadable });
}

/** The name under which leases are held. Containers share host names and process ids; no two processes share this. */
export const uniqueOwner = (): string => `${hostname()}/${String(process.pid)}/${randomUUID()}`;
