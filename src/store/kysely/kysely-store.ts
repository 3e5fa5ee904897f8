/**
 * The store over Kysely, put together from one file per table group. Every verb is one transaction.
 */
import { sql } from 'kysely';
import type { Store } from '../store.js';
import type { StoreDialect } from './dialect.js';
import { beginOperation } from './begin-operation.js';
import type { PolicyOf } from './capacity-guard.js';
import { claimVerbs } from './claims.js';
import { commitPlan } from './commit-plan.js';
import { deliveryVerbs } from './deliveries.js';
import { endOperation, failOperation } from './end-operation.js';
import { figureVerbs } from './figures.js';
import { guarded, WriteTrouble } from './guarded.js';
import { occupancyVerbs } from './free-lease.js';
import { hostVerbs } from './hosts.js';
import { installationVerbs } from './installation.js';
import { instanceVerbs } from './instances.js';
import { journalVerbs } from './journal.js';
import { forgetLeases, leaseVerbs } from './leases.js';
import { leftoverVerbs } from './leftovers.js';
import { migrate } from './migrate.js';
import { onboardingVerbs } from './onboarding.js';
import { readOperation, requestCancel, requestState, underWay } from './operations.js';
import { packageVerbs } from './packages.js';
import { pageVerbs } from './pages.js';
import { packageLookups } from './package-lookups.js';
import { retentionVerbs } from './retention.js';
import { sbomVerbs } from './sboms.js';
import { standingVerbs } from './standing.js';
import { vnfcStateVerbs } from './vnfc-states.js';
import { subscriptionVerbs } from './subscriptions.js';

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
  ...pageVerbs(dialect),
  ...sbomVerbs(dialect),
  ...figureVerbs(dialect),
  ...retentionVerbs(dialect),
  ...onboardingVerbs(dialect),
  ...instanceVerbs(dialect),
  ...vnfcStateVerbs(dialect),
  ...operationVerbs(dialect, policyOf),
  ...leaseVerbs(dialect),
  ...occupancyVerbs(dialect),
  ...journalVerbs(dialect),
  ...hostVerbs(dialect),
  ...claimVerbs(dialect),
  ...leftoverVerbs(dialect),
  ...subscriptionVerbs(dialect),
  ...deliveryVerbs(dialect),
});

const connectionVerbs = (
  dialect: StoreDialect,
  writing: WriteTrouble,
): Pick<Store, 'open' | 'close' | 'ping' | 'snapshot' | 'unreadable'> => ({
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

/** A write that changes nothing and yet needs room: after a failed write it tells whether the next may succeed. */
const smallWrite = ({ transaction }: StoreDialect): Promise<unknown> =>
  transaction((tx) =>
    tx
      .withTables<{ kysely_migration_lock: { id: string; is_locked: number } }>()
      .updateTable('kysely_migration_lock')
      .set((eb) => ({ is_locked: eb.ref('is_locked') }))
      .execute(),
  );

type OperationVerbs = Pick<
  Store,
  | 'beginOperation'
  | 'refusalUnderWay'
  | 'opOcc'
  | 'commitPlan'
  | 'endOperation'
  | 'requestState'
  | 'failOperation'
  | 'requestCancel'
>;

const operationVerbs = (dialect: StoreDialect, policyOf: PolicyOf): OperationVerbs => ({
  beginOperation: (occ, state, ifRevision) => dialect.transaction((tx) => beginOperation(tx, occ, state, ifRevision)),
  refusalUnderWay: (id) => underWay(dialect.db, id),
  opOcc: (id) => readOperation(dialect.db, id),
  commitPlan: (commit) => commitPlan(dialect, policyOf, commit),
  endOperation: (end) => dialect.transaction((tx) => endOperation(tx, end)),
  requestState: (request) => dialect.transaction((tx) => requestState(tx, request)),
  failOperation: (end) => dialect.transaction((tx) => failOperation(tx, end)),
  requestCancel: (id, mode) => dialect.transaction((tx) => requestCancel(tx, id, mode)),
});
