/**
 * The status of objects found on hosts and in the data directory, by their ids: held, ended, or unknown. Reads no whole
 * table, since hosts are read often.
 */
import { vnfInstanceId, vnfPkgId, vnfcId } from '../../../shared/ids.js';
import type { VnfInstance } from '../../../lifecycle/model.js';
import type { NetworkSighting, Ownership, Standing } from '../../ownership.js';
import type { StoreDialect } from '../dialect.js';
import type { Db } from '../schema.js';
import { batches, endedOf, networkKey, type EndedKind } from './ended.js';
import { readInstance } from '../instances/instances.js';
import { underWay } from '../operations/operations.js';

type Verbs = Pick<Ownership, 'vnfcStanding' | 'imageStanding' | 'packageStanding' | 'networkStanding'>;

export const standingVerbs = ({ db }: StoreDialect): Verbs => ({
  vnfcStanding: async (ids) => {
    const standing = await standingOf(db, 'vnfc', ids, (some) => claimants(db, some));
    return new Map([...standing].map(([id, is]) => [vnfcId(id), is]));
  },
  imageStanding: (digests) => standingOf(db, 'image', digests, (some) => imagesHeld(db, some)),
  packageStanding: async (ids) => {
    const standing = await standingOf(db, 'package', ids, (some) => packagesHeld(db, some));
    return new Map([...standing].map(([id, is]) => [vnfPkgId(id), is]));
  },
  networkStanding: (sightings) => networks(db, sightings),
});

/** Held takes precedence over ended. */
async function standingOf(
  db: Db,
  kind: EndedKind,
  ids: readonly string[],
  heldOf: (some: readonly string[]) => Promise<readonly string[]>,
): Promise<ReadonlyMap<string, Standing>> {
  const standing = new Map<string, Standing>();
  for (const id of await endedOf(db, kind, ids)) standing.set(id, 'ended');
  for (const some of batches(ids)) for (const id of await heldOf(some)) standing.set(id, 'held');
  return standing;
}

/** A VNFC has an allocation from the commit of the plan that adds it until its last file is removed. */
async function claimants(db: Db, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await db.selectFrom('allocations').select('vnfc_id').distinct().where('vnfc_id', 'in', ids).execute();
  return rows.map((row) => row.vnfc_id);
}

async function imagesHeld(db: Db, digests: readonly string[]): Promise<readonly string[]> {
  const rows = await db.selectFrom('package_images').select('sha256').where('sha256', 'in', digests).execute();
  return rows.map((row) => row.sha256);
}

async function packagesHeld(db: Db, ids: readonly string[]): Promise<readonly string[]> {
  return (await db.selectFrom('packages').select('id').where('id', 'in', ids).execute()).map((row) => row.id);
}

async function networks(db: Db, all: readonly NetworkSighting[]): Promise<ReadonlyMap<string, Standing>> {
  const ended = await endedOf(
    db,
    'network',
    all.map(({ hostId, network }) => networkKey(hostId, network)),
  );
  const standing = new Map<string, Standing>();
  for (const { hostId, network, instancePrefix } of all) {
    const instance = await instanceLike(db, instancePrefix);
    if (instance !== undefined && (await holdsNetwork(db, instance, hostId, network))) standing.set(network, 'held');
    else if (ended.has(networkKey(hostId, network))) standing.set(network, 'ended');
    else if (instance !== undefined) standing.set(network, 'known');
  }
  return standing;
}

/** Ids are in lower-case hexadecimal: whatever begins with the prefix sorts before the prefix and a `g`. */
async function instanceLike(db: Db, prefix: string): Promise<VnfInstance | undefined> {
  const row = await db
    .selectFrom('instances')
    .select('id')
    .where('id', '>=', prefix)
    .where('id', '<', `${prefix}g`)
    .limit(1)
    .executeTakeFirst();
  return row && readInstance(db, vnfInstanceId(row.id));
}

/** While an operation is under way its plan may need it. */
async function holdsNetwork(db: Db, instance: VnfInstance, hostId: string, network: string): Promise<boolean> {
  const links = instance.instantiated?.virtualLinks ?? [];
  if (links.some((link) => link.hostId === hostId && link.network === network)) return true;
  return (await underWay(db, instance.id)) !== undefined;
}
