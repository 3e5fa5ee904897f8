/**
 * Onboarding of packages (SOL005 clause 9.4.4), under a lease while it is under way: UPLOADING from its begin on,
 * PROCESSING once somebody reads. Whoever writes about it shows the lease in the same transaction.
 */
import { sql, type SqlBool } from 'kysely';
import { ok, type Outcome } from '../../../shared/outcome.js';
import { vnfPkgId, type VnfPkgId } from '../../../shared/ids.js';
import type { Leased, Take } from '../../lease.js';
import type { OnboardingState, PackageRecords, VnfPkgRecord } from '../../packages.js';
import type { StoreDialect } from '../dialect.js';
import { freed, renewed, takeable, takenBy } from '../rows/free-lease.js';
import { changePackage, lockedPackage, readByVnfdId, readPackage, wrongOnboarding } from './packages.js';
import { notFound, unprocessable, wrongState } from '../rows/refusals.js';
import { writeSboms } from './sboms.js';
import type { Db, Tx } from '../schema.js';

type Verbs = Pick<
  PackageRecords,
  | 'beginUpload'
  | 'endUpload'
  | 'leaseOnboarding'
  | 'renewOnboarding'
  | 'putOffOnboarding'
  | 'completeOnboarding'
  | 'failOnboarding'
>;

export function onboardingVerbs(dialect: StoreDialect): Verbs {
  const locked = lockedPackage(dialect);
  return {
    beginUpload: (id, owner) => locked(id, (tx) => begin(tx, id, takenBy(owner, dialect.session()))),
    endUpload: (id, token, stored) => locked(id, (tx) => endUpload(tx, id, token, stored)),
    leaseOnboarding: (asked) => dialect.transaction((tx) => take(tx, asked, dialect.session())),
    renewOnboarding: (id, token) => dialect.transaction((tx) => renew(tx, id, token)),
    completeOnboarding: async (id, token, contents) => {
      const once = () => locked(id, (tx) => complete(tx, id, token, contents));
      try {
        return await once();
      } catch (error) {
        // Another package with this vnfdId was faster by a moment: it is there by now.
        if (!dialect.isUniqueViolation(error)) throw error;
        return once();
      }
    },
    putOffOnboarding: (id, token, restMs, why) => locked(id, (tx) => putOff(tx, id, token, restMs, why)),
    failOnboarding: (id, token, why) => locked(id, (tx) => fail(tx, id, token, why)),
  };
}

const ended = { ...freed, under_way: 0 } as const;

type LeaseChange =
  | (Omit<typeof freed, 'rest_ms' | 'lease_session'> & { readonly rest_ms: number })
  | typeof ended
  | (ReturnType<typeof takenBy> & { readonly under_way?: 1 });

async function setLease(tx: Db, id: VnfPkgId, lease: LeaseChange): Promise<void> {
  await tx.updateTable('packages').set(lease).where('id', '=', id).execute();
}

async function begin(tx: Tx, id: VnfPkgId, lease: ReturnType<typeof takenBy>): Promise<Outcome<Leased<VnfPkgRecord>>> {
  const record = await readPackage(tx, id);
  if (!record) return notFound('VNF package', id);
  if (record.onboardingState !== 'CREATED') return wrongOnboarding(record, ['CREATED']);
  await setLease(tx, id, { ...lease, under_way: 1 });
  const begun = await changePackage(tx, record, { onboardingState: 'UPLOADING' });
  return begun.ok ? ok({ token: await tokenOf(tx, id), work: begun.value }) : begun;
}

async function tokenOf(tx: Db, id: VnfPkgId): Promise<number> {
  const row = await tx.selectFrom('packages').select('lease_token').where('id', '=', id).executeTakeFirstOrThrow();
  return row.lease_token;
}

async function endUpload(tx: Tx, ...args: Parameters<PackageRecords['endUpload']>): Promise<Outcome<VnfPkgRecord>> {
  const [id, token, stored] = args;
  const held = await readHeld(tx, id, token, ['UPLOADING']);
  if (!held.ok) return held;
  await setLease(tx, id, freed);
  return changePackage(tx, held.value, { ...stored, onboardingState: 'PROCESSING' });
}

/** What another is about to take, or writes about at this moment, is passed over. */
async function take(tx: Db, asked: Take, session: number | null): Promise<Leased<VnfPkgRecord> | undefined> {
  const row = await tx
    .selectFrom('packages')
    .select(['id', 'lease_token'])
    .where(sql<SqlBool>`under_way = 1`)
    .where(takeable(asked))
    .orderBy('created_at_ms')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!row) return undefined;
  const id = vnfPkgId(row.id);
  await setLease(tx, id, takenBy(asked.owner, session));
  const record = await readPackage(tx, id);
  return record && { token: row.lease_token + 1, work: record };
}

async function renew(tx: Db, id: VnfPkgId, token: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('packages')
    .set(renewed)
    .where('id', '=', id)
    .where('lease_token', '=', token)
    .where('lease_owner', 'is not', null)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows) === 1;
}

async function complete(
  tx: Tx,
  ...args: Parameters<PackageRecords['completeOnboarding']>
): Promise<Outcome<VnfPkgRecord>> {
  const [id, token, { sboms = [], ...contents }] = args;
  const held = await readHeld(tx, id, token, ['PROCESSING']);
  if (!held.ok) return held;
  const other = await readByVnfdId(tx, contents.vnfd.id);
  if (other) {
    const found = `VNF package ${other.id} is already onboarded with vnfdId ${contents.vnfd.id}`;
    return unprocessable(`${found}; delete that package first, or give the new VNFD another descriptor_id.`);
  }
  await setLease(tx, id, ended);
  const { onboardingFailureDetails: _overcome, ...record } = held.value;
  await writeSboms(tx, id, sboms);
  return changePackage(tx, record, { onboardingState: 'ONBOARDED', operationalState: 'ENABLED', contents });
}

async function putOff(tx: Tx, ...args: Parameters<PackageRecords['putOffOnboarding']>): Promise<Outcome<VnfPkgRecord>> {
  const [id, token, restMs, why] = args;
  const held = await readHeld(tx, id, token, ['PROCESSING']);
  if (!held.ok) return held;
  // Who put it off stays known: when that process has ended, it need not rest to the end.
  await setLease(tx, id, { lease_owner: null, rest_ms: restMs });
  return why === undefined ? held : changePackage(tx, held.value, { onboardingFailureDetails: why });
}

async function fail(tx: Tx, ...args: Parameters<PackageRecords['failOnboarding']>): Promise<Outcome<VnfPkgRecord>> {
  const [id, token, why] = args;
  const held = await readHeld(tx, id, token, ['UPLOADING', 'PROCESSING']);
  if (!held.ok) return held;
  await setLease(tx, id, ended);
  return changePackage(tx, held.value, { onboardingState: 'ERROR', onboardingFailureDetails: why });
}

/** The package in one of these states, held under this token; its row is locked. */
async function readHeld(
  tx: Db,
  id: VnfPkgId,
  token: number,
  states: readonly OnboardingState[],
): Promise<Outcome<VnfPkgRecord>> {
  const record = await readPackage(tx, id);
  if (!record) return notFound('VNF package', id);
  if (!states.includes(record.onboardingState)) return wrongOnboarding(record, states);
  const row = await tx
    .selectFrom('packages')
    .select(['lease_owner', 'lease_token'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row !== undefined && row.lease_owner !== null && row.lease_token === token) return ok(record);
  return wrongState(`Another replica has taken over the onboarding of VNF package ${id}; read it to see how it ends.`);
}
