/**
 * Onboarding of packages (SOL005 clause 9.4.4), under a lease while it is under way: UPLOADING from its begin on,
 * PROCESSING once somebody reads. Whoever writes about it shows the lease in the same transaction.
 */
import { ok, type Outcome } from '../../shared/outcome.js';
import { vnfPkgId, type VnfPkgId } from '../../shared/ids.js';
import type { OnboardingLease, OnboardingState, Store, VnfPkgRecord } from '../store.js';
import type { StoreDialect } from './dialect.js';
import { changePackage, lockedPackage, readByVnfdId, readPackage, wrongOnboarding } from './packages.js';
import { notFound, unprocessable, wrongState } from './refusals.js';
import type { Db } from './schema.js';

type Verbs = Pick<
  Store,
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
    beginUpload: (id, lease) => locked(id, (tx) => begin(tx, id, lease)),
    endUpload: (id, owner, stored) => locked(id, (tx) => endUpload(tx, id, owner, stored)),
    leaseOnboarding: (lease, nowMs) => dialect.transaction((tx) => take(tx, lease, nowMs)),
    renewOnboarding: (id, lease) => dialect.transaction((tx) => renew(tx, id, lease)),
    completeOnboarding: async (id, owner, contents) => {
      const once = () => locked(id, (tx) => complete(tx, id, owner, contents));
      try {
        return await once();
      } catch (error) {
        // Another package with this vnfdId was faster by a moment: it is there by now.
        if (!dialect.isUniqueViolation(error)) throw error;
        return once();
      }
    },
    putOffOnboarding: (id, owner, untilMs, why) => locked(id, (tx) => putOff(tx, id, owner, untilMs, why)),
    failOnboarding: (id, owner, why) => locked(id, (tx) => fail(tx, id, owner, why)),
  };
}

/** A lease that nobody holds: under way, and anybody's. */
export const unowned = { lease_owner: null, lease_until_ms: 0 } as const;
const ended = { lease_owner: null, lease_until_ms: null } as const;
const heldBy = ({ owner, untilMs }: OnboardingLease) => ({ lease_owner: owner, lease_until_ms: untilMs });

interface LeaseColumns {
  readonly lease_owner: string | null;
  readonly lease_until_ms: number | null;
}

async function setLease(tx: Db, id: VnfPkgId, lease: LeaseColumns) {
  await tx.updateTable('packages').set(lease).where('id', '=', id).execute();
}

async function begin(tx: Db, id: VnfPkgId, lease: OnboardingLease): Promise<Outcome<VnfPkgRecord>> {
  const record = await readPackage(tx, id);
  if (!record) return notFound('VNF package', id);
  if (record.onboardingState !== 'CREATED') return wrongOnboarding(record, ['CREATED']);
  await setLease(tx, id, heldBy(lease));
  return changePackage(tx, record, { onboardingState: 'UPLOADING' });
}

async function endUpload(tx: Db, ...args: Parameters<Store['endUpload']>): Promise<Outcome<VnfPkgRecord>> {
  const [id, owner, stored] = args;
  const held = await readHeld(tx, id, owner, ['UPLOADING']);
  if (!held.ok) return held;
  await setLease(tx, id, unowned);
  return changePackage(tx, held.value, { ...stored, onboardingState: 'PROCESSING' });
}

/** What another is about to take, or writes about at this moment, is passed over. */
async function take(tx: Db, lease: OnboardingLease, nowMs: number): Promise<VnfPkgRecord | undefined> {
  const row = await tx
    .selectFrom('packages')
    .select('id')
    .where('lease_until_ms', '<=', nowMs)
    .orderBy('created_at_ms')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!row) return undefined;
  const id = vnfPkgId(row.id);
  await setLease(tx, id, heldBy(lease));
  return readPackage(tx, id);
}

async function renew(tx: Db, id: VnfPkgId, lease: OnboardingLease): Promise<boolean> {
  const renewed = await tx
    .updateTable('packages')
    .set(heldBy(lease))
    .where('id', '=', id)
    .where('lease_owner', '=', lease.owner)
    .executeTakeFirst();
  return Number(renewed.numUpdatedRows) === 1;
}

async function complete(tx: Db, ...args: Parameters<Store['completeOnboarding']>): Promise<Outcome<VnfPkgRecord>> {
  const [id, owner, contents] = args;
  const held = await readHeld(tx, id, owner, ['PROCESSING']);
  if (!held.ok) return held;
  const other = await readByVnfdId(tx, contents.vnfd.id);
  if (other) {
    const found = `VNF package ${other.id} is already onboarded with vnfdId ${contents.vnfd.id}`;
    return unprocessable(`${found}; delete that package first, or give the new VNFD another descriptor_id.`);
  }
  await setLease(tx, id, ended);
  const { onboardingFailureDetails: _overcome, ...record } = held.value;
  return changePackage(tx, record, { onboardingState: 'ONBOARDED', operationalState: 'ENABLED', contents });
}

async function putOff(tx: Db, ...args: Parameters<Store['putOffOnboarding']>): Promise<Outcome<VnfPkgRecord>> {
  const [id, owner, untilMs, why] = args;
  const held = await readHeld(tx, id, owner, ['PROCESSING']);
  if (!held.ok) return held;
  await setLease(tx, id, { lease_owner: null, lease_until_ms: untilMs });
  return why === undefined ? held : changePackage(tx, held.value, { onboardingFailureDetails: why });
}

async function fail(tx: Db, ...args: Parameters<Store['failOnboarding']>): Promise<Outcome<VnfPkgRecord>> {
  const [id, owner, why] = args;
  const held = await readHeld(tx, id, owner, ['UPLOADING', 'PROCESSING']);
  if (!held.ok) return held;
  await setLease(tx, id, ended);
  return changePackage(tx, held.value, { onboardingState: 'ERROR', onboardingFailureDetails: why });
}

/** The package in one of these states, held by `owner`; its row is locked. */
async function readHeld(
  tx: Db,
  id: VnfPkgId,
  owner: string,
  states: readonly OnboardingState[],
): Promise<Outcome<VnfPkgRecord>> {
  const record = await readPackage(tx, id);
  if (!record) return notFound('VNF package', id);
  if (!states.includes(record.onboardingState)) return wrongOnboarding(record, states);
  const row = await tx.selectFrom('packages').select('lease_owner').where('id', '=', id).executeTakeFirst();
  if (row?.lease_owner === owner) return ok(record);
  return wrongState(`Another replica has taken over the onboarding of VNF package ${id}; read it to see how it ends.`);
}
