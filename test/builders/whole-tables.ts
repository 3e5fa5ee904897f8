/**
 * All that a store holds of a kind, for tests that look at it whole; Berth itself reads by the page and by the id.
 */
import { fleetWide, type Claim } from '../../src/inventory/model.js';
import type { LcmOpOcc, VnfInstance } from '../../src/lifecycle/model.js';
import { hostId } from '../../src/shared/ids.js';
import type { HostRecord, Store, VnfPkgRecord } from '../../src/store/store.js';
import type { Subscription } from '../../src/subscription/model.js';

/** Far beyond what a test stores. */
const limit = 100_000;

const there = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);

/** By when they were made, then by id. */
export async function everyPackage(store: Pick<Store, 'packagePage' | 'package'>): Promise<readonly VnfPkgRecord[]> {
  const all = await Promise.all((await store.packagePage({ limit })).map(({ id }) => store.package(id)));
  return all.flatMap(there).toSorted((a, b) => a.createdAtMs - b.createdAtMs);
}

/** By id. */
export async function everyInstance(
  store: Pick<Store, 'instancePage' | 'instancesOf'>,
): Promise<readonly VnfInstance[]> {
  return store.instancesOf((await store.instancePage({ limit })).map(({ id }) => id));
}

/** The oldest first. */
export async function everyOpOcc(store: Pick<Store, 'opOccPage' | 'opOcc'>): Promise<readonly LcmOpOcc[]> {
  return (await Promise.all((await store.opOccPage({ limit })).map(({ id }) => store.opOcc(id)))).flatMap(there);
}

/** By id. */
export async function everyHost(store: Pick<Store, 'hostMoments' | 'host'>): Promise<readonly HostRecord[]> {
  return (await Promise.all((await store.hostMoments()).map(({ id }) => store.host(id)))).flatMap(there);
}

/** Those that are unique in the fleet come first. */
export async function everyClaim(store: Pick<Store, 'hostMoments' | 'claimsOn'>): Promise<readonly Claim[]> {
  return store.claimsOn([hostId(fleetWide), ...(await store.hostMoments()).map(({ id }) => id)]);
}

/** Of the one interface that notifies; the oldest first. */
export const everySubscription = (store: Pick<Store, 'subscriptionPage'>): Promise<readonly Subscription[]> =>
  store.subscriptionPage('vnfpkgm', { limit });
