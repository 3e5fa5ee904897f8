/**
 * Brings the schema up to date. Migrations are numbered, in code, and run in order, each in its own transaction.
 */
import { Migrator, type Migration } from 'kysely/migration';
import { up as initial } from './migrations/0001-initial.js';
import { up as subscriptions } from './migrations/0002-subscriptions.js';
import { up as onboardingLease } from './migrations/0003-onboarding-lease.js';
import { up as installation } from './migrations/0004-installation.js';
import { up as leftovers } from './migrations/0005-leftovers.js';
import { up as pages } from './migrations/0007-pages.js';
import { up as leaseTokens } from './migrations/0009-lease-tokens.js';
import { up as stepWaits } from './migrations/0010-step-waits.js';
import { up as foundInOrder } from './migrations/0011-found-in-order.js';
import { up as sbom } from './migrations/0012-sbom.js';
import { up as claimsOfOperations } from './migrations/0013-claims-of-operations.js';
import { up as figures } from './migrations/0014-figures.js';
import { up as allocations } from './migrations/0015-allocations.js';
import { up as packageScaling } from './migrations/0016-package-scaling.js';
import { up as hostDirectory } from './migrations/0020-host-directory.js';
import { up as duties } from './migrations/0021-duties.js';
import { up as waitingAndLeft } from './migrations/0022-waiting-and-left.js';
import { up as sharedAddresses } from './migrations/0023-shared-addresses.js';
import { up as hypervisors } from './migrations/0024-hypervisors.js';
import { up as acceptedFunctions } from './migrations/0025-accepted-functions.js';
import type { StoreDialect } from './dialect.js';
import { ReadableRowsOnly } from './rows/unreadable-rows.js';

const migrations: Readonly<Record<string, Migration>> = {
  '0001-initial': { up: initial },
  '0002-subscriptions': { up: subscriptions },
  '0003-onboarding-lease': { up: onboardingLease },
  '0004-installation': { up: installation },
  '0005-leftovers': { up: leftovers },
  '0007-pages': { up: pages },
  '0009-lease-tokens': { up: leaseTokens },
  '0010-step-waits': { up: stepWaits },
  '0011-found-in-order': { up: foundInOrder },
  '0012-sbom': { up: sbom },
  '0013-claims-of-operations': { up: claimsOfOperations },
  '0014-figures': { up: figures },
  '0015-allocations': { up: allocations },
  '0016-package-scaling': { up: packageScaling },
  '0020-host-directory': { up: hostDirectory },
  '0021-duties': { up: duties },
  '0022-waiting-and-left': { up: waitingAndLeft },
  '0023-shared-addresses': { up: sharedAddresses },
  '0024-hypervisors': { up: hypervisors },
  '0025-accepted-functions': { up: acceptedFunctions },
};

export async function migrate(dialect: StoreDialect): Promise<void> {
  await refuseNewerSchema(dialect);
  // A build between two releases may have taken a later one first; no migration depends on another but the initial one.
  const provider = { getMigrations: () => Promise.resolve(migrations) };
  // Migrations read what earlier builds wrote, and parse it themselves.
  const db = dialect.db.withoutPlugins().withPlugin(new ReadableRowsOnly(dialect.unreadable, 'texts'));
  const migrator = new Migrator({ db, provider, allowUnorderedMigrations: true });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  throw new Error(`the schema of ${dialect.name} could not be brought up to date; it is as it was before`, {
    cause: error,
  });
}

/** A database that a newer Berth has migrated has tables this one does not understand. */
async function refuseNewerSchema(dialect: StoreDialect): Promise<void> {
  const tables = await dialect.db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return;
  const done = await dialect.db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  const unknown = done.map((row) => row.name).filter((name) => !(name in migrations));
  if (unknown.length === 0) return;
  throw new Error(
    `${dialect.name} was written by a newer Berth (it has migration ${unknown.join(', ')}); start that version, or restore a backup from before the upgrade`,
  );
}
