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
import type { Store } from './store/store.js';

export function composeStore({ store: url }: BerthConfig, { stateDir, policyOf }: ComposedFleet): Store {
  return url === undefined
    ? createSqliteStore({ file: join(stateDir, 'berth.sqlite'), policyOf })
    : createPostgresStore({ url, policyOf });
}

/** The name under which leases are held. Containers share host names and process ids; no two processes share this. */
export const uniqueOwner = (): string => `${hostname()}/${String(process.pid)}/${randomUUID()}`;
