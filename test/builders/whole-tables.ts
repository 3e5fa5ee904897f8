/**
 * All that a store holds of a kind, for tests that look at it whole; Berth itself reads by the page and by the id.
 */
import { fleetWide, type Claim } from '../../src/inventory/model.js';
import type { LcmOpOcc, VnfInstance } from '../../src/lifecycle/model.js';
import { hostId } from '../../src/shared/ids.js';
import type { HostRecord } from '../../src/store/hosts.js';
import type { VnfPkgRecord } from '../../src/store/packages.js';
import type { MomentKey, PageAfter } from '../../src/store/page.js';
import type { Store } from '../../src/store/store.js';
import type { Subscription } from '../../src/subscription/model.js';

const there = <T>(value: T | undefined): readonly T[] => (value === undefined ? [] : [value]);

/** A page is cut short by its bytes too: only an empty one is the end. */
async function everyPage<T, Key>(
  read: (page: PageAfter<Key>) => Promise<readonly T[]>,
  keyOf: (last: T) => Key,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await read({ limit: 200, ...(last !== undefined && { after: keyOf(last) }) });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

const idOf = ({ id }: { readonly id: string }): string => id;

/** By when they were made, then by id. */
export async function everyPackage(store: Pick<Store, 'packagePage' | 'package'>): Promise<readonly VnfPkgRecord[]> {
  const heads = await everyPage((page: PageAfter<string>) => store.packagePage(page), idOf);
  const all = await Promise.all(heads.map(({ id }) => store.package(id)));
  return all.flatMap(there).toSorted((a, b) => a.createdAtMs - b.createdAtMs);
}

/** By id. */
export async function everyInstance(store: Pick<Store, 'instancePage' | 'instance'>): Promise<readonly VnfInstance[]> {
  const heads = await everyPage((page: PageAfter<string>) => store.instancePage(page), idOf);
  return (await Promise.all(heads.map(({ id }) => store.instance(id)))).flatMap(there);
}

/** The oldest first. */
export async function everyOpOcc(store: Pick<Store, 'opOccPage' | 'opOcc'>): Promise<readonly LcmOpOcc[]> {
  const heads = await everyPage(
    (page: PageAfter<MomentKey>) => store.opOccPage(page),
    ({ startTimeMs, id }) => ({ ms: startTimeMs, id }),
  );
  return (await Promise.all(heads.map(({ id }) => store.opOcc(id)))).flatMap(there);
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
  everyPage(
    (page: PageAfter<MomentKey>) => store.subscriptionPage('vnfpkgm', page),
    ({ createdAtMs, id }) => ({ ms: createdAtMs, id }),
  );
