import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { allocationId, hostId, opOccId } from '../../../src/shared/ids.js';
import { createSqliteStore } from '../../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../../src/store/store.js';
import { everyPage } from '../../../src/workflow/records/every-page.js';
import { KeptClaims } from '../../../src/workflow/records/kept-claims.js';
import { KeptInstances } from '../../../src/workflow/records/kept-instances.js';
import { instantiated } from '../../builders/vnfc.js';
import { begun, cpuClaim, freeOnly, planCommit } from '../../contract/store-samples.js';
import { systemClock } from '../../../src/system.js';

const [h1, h2] = [hostId('h1'), hostId('h2')];

let folder = '';
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-kept-'));
  store = createSqliteStore({ file: join(folder, 'berth.db'), clock: systemClock });
  await store.open();
  await store.ensureHosts([h1, h2].map((id) => ({ id, zone: 'west' })));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Ends an operation so that its instance is instantiated. */
async function instantiate(operation: string): Promise<void> {
  await begun(store, operation);
  const now = instantiated();
  await store.endOperation({
    ...{ opOccId: opOccId(operation), token: 1, state: 'COMPLETED', nowMs: 3000 },
    instance: { instantiated: now },
  });
}

describe('instances that are kept', () => {
  it('are those that are instantiated, as they are now, and only what changed is read again', async () => {
    const asked: string[][] = [];
    const kept = new KeptInstances({
      instantiatedPage: (page) => store.instantiatedPage(page),
      instancesOf: (ids) => {
        asked.push([...ids]);
        return store.instancesOf(ids);
      },
    });
    expect(await kept.now()).toEqual(new Map());
    await instantiate('op1');
    await instantiate('op2');
    await begun(store, 'op3');
    const whole = await store.instancesOf([...(await kept.now()).keys()]);
    expect([...(await kept.now()).values()]).toEqual(whole);
    expect(whole.map(({ id }) => id)).toEqual(['instance-of-op1', 'instance-of-op2']);
    await store.beginOperation(
      { ...(await operation('op1')), id: opOccId('op4'), operation: 'TERMINATE', operationState: 'STARTING' },
      'INSTANTIATED',
    );
    await store.leaseOperation(freeOnly('me'));
    await store.endOperation({
      ...{ opOccId: opOccId('op4'), token: 1, state: 'COMPLETED', nowMs: 4000 },
      instance: { instantiated: null },
    });
    expect([...(await kept.now()).keys()]).toEqual(['instance-of-op2']);
    expect(asked.flat()).toEqual(['instance-of-op1', 'instance-of-op2']);
  });
});

async function operation(id: string) {
  const occ = await store.opOcc(opOccId(id));
  if (occ === undefined) throw new Error(`no operation ${id}`);
  return occ;
}

describe('claims that are kept', () => {
  it('are those of now, and only hosts on which something changed are asked again', async () => {
    const asked: string[][] = [];
    const kept = new KeptClaims({
      hostPage: (page) => store.hostPage(page),
      claimsOn: (ids) => {
        asked.push([...ids]);
        return store.claimsOn(ids);
      },
    });
    const keys = async () => [...(await kept.byHost())].map(([id, claims]) => [id, claims.map(({ key }) => key)]);
    expect(await keys()).toEqual([
      ['h1', []],
      ['h2', []],
    ]);
    await begun(store, 'op1');
    await store.commitPlan(planCommit('op1', [cpuClaim('op1', 1)]));
    expect(await keys()).toEqual([
      ['h1', ['1']],
      ['h2', []],
    ]);
    await store.releaseAllocations([allocationId('vnfc-of-op1')]);
    expect(await keys()).toEqual([
      ['h1', []],
      ['h2', []],
    ]);
    expect(asked).toEqual([['h1', 'h2'], ['h1'], ['h1']]);
  });
});

describe('every page', () => {
  it('is read once, in order, until there is none', async () => {
    const ids = Array.from({ length: 7 }, (_, at) => ({ id: String(at) }));
    for (const limit of [1, 2, 7, 8]) {
      const seen: string[] = [];
      const read = async ({ after = '', limit: most }: { readonly after?: string; readonly limit: number }) =>
        ids.filter(({ id }) => id > after).slice(0, most);
      for await (const page of everyPage(read, limit)) seen.push(...page.map(({ id }) => id));
      expect(seen).toEqual(ids.map(({ id }) => id));
    }
  });
});
