/**
 * What every store must do. An adapter's test calls this with a bench of its own.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../src/shared/outcome.js';
import type { Problem } from '../../src/shared/problem.js';
import type { Store } from '../../src/store/store.js';
import { storeAllocationsContract } from './store-allocations-contract.js';
import { storeMovesContract } from './store-moves-contract.js';
import { storeRenumberingContract } from './store-renumbering-contract.js';
import { storeClaimsContract } from './store-claims-contract.js';
import { storeDutiesContract } from './store-duties-contract.js';
import { storeFiguresContract } from './store-figures-contract.js';
import { storeHostDirectoryContract } from './store-host-directory-contract.js';
import { storeHostsContract } from './store-hosts-contract.js';
import { storeInstallationContract } from './store-installation-contract.js';
import { storeLeaseContract } from './store-lease-contract.js';
import { storeOnboardingContract } from './store-onboarding-contract.js';
import { storeLookupsContract } from './store-lookups-contract.js';
import { storeLifecycleEventsContract } from './store-lifecycle-events-contract.js';
import { storeNotificationsContract } from './store-notifications-contract.js';
import { storeOperationsContract } from './store-operations-contract.js';
import { storePackagesContract } from './store-packages-contract.js';
import { storePagesContract } from './store-pages-contract.js';
import { storeRetentionContract } from './store-retention-contract.js';
import { storeSbomsContract } from './store-sboms-contract.js';

export interface StoreBench {
  /** An empty store, open. */
  fresh(): Promise<Store>;
  /** The store as the next process finds it when this one dies now, without having closed anything. */
  afterCrash(): Promise<Store>;
  clear(): Promise<void>;
}

/** The store of the test that runs. */
export type UseStore = () => Store;

export function storeContract(bench: StoreBench): void {
  let store: Store;
  beforeEach(async () => {
    store = await bench.fresh();
  });
  afterEach(() => bench.clear());
  const use = (): Store => store;

  storePackagesContract(use);
  storeOnboardingContract(use, bench);
  storeOperationsContract(use);
  storeLeaseContract(use, bench);
  storeDutiesContract(use, bench);
  storeClaimsContract(use, bench);
  storeAllocationsContract(use);
  storeMovesContract(use);
  storeRenumberingContract(use);
  storeHostsContract(use);
  storeHostDirectoryContract(use, bench);
  storeInstallationContract(use, bench);
  storeNotificationsContract(use, bench);
  storeLifecycleEventsContract(use, bench);
  storePagesContract(use);
  storeSbomsContract(use);
  storeRetentionContract(use);
  storeFiguresContract(use);
  storeLookupsContract(use);

  describe('the connection', () => {
    it('answers a ping while open', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}

/** The problem of a refusal; fails the test when it was none. */
export function refusalOf(outcome: Outcome<unknown>): Problem {
  if (outcome.ok) throw new Error('expected a refusal, got a success');
  return outcome.problem;
}

export function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`expected a success, got: ${outcome.problem.detail}`);
  return outcome.value;
}

export const ofType = (code: string): unknown => expect.objectContaining({ type: `urn:berth:problem:${code}` });
