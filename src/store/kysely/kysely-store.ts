/**
 * The store on Kysely, composed of one file per table group. Every verb is one transaction.
 */
import { sql } from 'kysely';
import type { StoreConnection } from '../connection.js';
import type { Store } from '../store.js';
import { allocationVerbs } from './claims/allocations.js';
import type { PolicyOf } from './claims/capacity-guard.js';
import { claimVerbs } from './claims/claims.js';
import { leftoverVerbs } from './claims/leftovers.js';
import type { StoreDialect } from './dialect.js';
import { figureVerbs } from './figures.js';
import { guarded, WriteTrouble } from './guarded.js';
import { acceptedVerbs } from './hosts/accepted-functions.js';
import { hostDirectoryVerbs } from './hosts/host-directory.js';
import { hostVerbs } from './hosts/hosts.js';
import { moveVerbs } from './hosts/move-functions.js';
import { installationVerbs } from './installation/installation.js';
import { standingVerbs } from './installation/standing.js';
import { instanceVerbs } from './instances/instances.js';
import { instancePages } from './instances/pages.js';
import { vnfcStateVerbs } from './instances/vnfc-states.js';
import { migrate } from './migrate.js';
import { journalVerbs } from './operations/journal.js';
import { forgetLeases, leaseVerbs } from './operations/leases.js';
import { operationPages } from './operations/pages.js';
import { retentionVerbs } from './operations/retention.js';
import { operationVerbs } from './operations/verbs.js';
import { onboardingVerbs } from './packages/onboarding.js';
import { packageLookups } from './packages/package-lookups.js';
import { packageVerbs } from './packages/packages.js';
import { packagePages } from './packages/pages.js';
import { sbomVerbs } from './packages/sboms.js';
import { dutyVerbs } from './rows/duties.js';
import { occupancyVerbs } from './rows/free-lease.js';
import { deliveryVerbs } from './subscriptions/deliveries.js';
import { subscriptionVerbs } from './subscriptions/subscriptions.js';

export function createKyselyStore(dialect: StoreDialect, policyOf: PolicyOf): Store {
  const writing = new WriteTrouble();
  return guarded(allVerbs(dialect, policyOf, writing), dialect, writing);
}

const allVerbs = (dialect: StoreDialect, policyOf: PolicyOf, writing: WriteTrouble): Store => ({
  ...connectionVerbs(dialect, writing),
  ...installationVerbs(dialect),
  ...standingVerbs(dialect),
  ...packageVerbs(dialect),
  ...packageLookups(dialect),
  ...packagePages(dialect),
  ...sbomVerbs(dialect),
  ...figureVerbs(dialect),
  ...retentionVerbs(dialect),
  ...onboardingVerbs(dialect),
  ...instanceVerbs(dialect),
  ...instancePages(dialect),
  ...vnfcStateVerbs(dialect),
  ...operationVerbs(dialect, policyOf),
  ...operationPages(dialect),
  ...leaseVerbs(dialect),
  ...occupancyVerbs(dialect),
  ...dutyVerbs(dialect),
  ...journalVerbs(dialect),
  ...hostVerbs(dialect),
  ...moveVerbs(dialect),
  ...acceptedVerbs(dialect),
  ...hostDirectoryVerbs(dialect),
  ...claimVerbs(dialect),
  ...allocationVerbs(dialect),
  ...leftoverVerbs(dialect),
  ...subscriptionVerbs(dialect),
  ...deliveryVerbs(dialect),
});

const connectionVerbs = (dialect: StoreDialect, writing: WriteTrouble): StoreConnection => ({
  open: async () => {
    const { exclusive } = await dialect.prepare();
    await migrate(dialect);
    if (exclusive) await dialect.transaction(forgetLeases);
  },
  close: () => dialect.close(),
  unreadable: () => Promise.resolve(dialect.unreadable.all()),
  snapshot: (toFile) => dialect.snapshot(toFile),
  ping: async () => {
    await sql`select 1`.execute(dialect.db);
    const ahead = await dialect.fillingUp();
    if (ahead !== undefined) throw ahead;
    if (writing.last === undefined) return;
    await smallWrite(dialect);
    writing.note(undefined);
  },
});

/** A write that changes nothing but needs disk space: it shows whether writes work again after one failed. */
const smallWrite = ({ transaction }: StoreDialect): Promise<unknown> =>
  transaction((tx) =>
    tx
      .withTables<{ kysely_migration_lock: { id: string; is_locked: number } }>()
      .updateTable('kysely_migration_lock')
      .set((eb) => ({ is_locked: eb.ref('is_locked') }))
      .execute(),
  );
