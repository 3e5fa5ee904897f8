/** What the workflow tells its observer of placement, of leases and of what is driven. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostId } from '../../src/shared/ids.js';
import { LeaseLost } from '../../src/store/operations.js';
import type { Store } from '../../src/store/store.js';
import type { WorkflowObserver } from '../../src/workflow/observer.js';
import { newFleet, startBerth, valueOf, type RunningBerth } from '../builders/berth.js';
import { instantiate, reach, scale, terminate } from '../crash/operations.js';
import { soon } from '../libvirt/soon.js';

let dir: string;
let berth: RunningBerth;
let told: string[];

const observer: Partial<WorkflowObserver> = {
  placementSearched: (ms) => told.push(`searched ${ms >= 0 ? 'for a while' : 'in no time'}`),
  placementWritten: (operation, result, ms) => told.push(`${operation} ${result} ${ms > 0 ? '' : 'in no time'}`.trim()),
  placementRefused: (operation, by) => told.push(`${operation} refused by ${by}`),
  leaseLost: () => told.push('lease lost'),
};

/** Some verbs of the store answer otherwise. */
async function start(change: (store: Store) => Partial<Store> = () => ({})): Promise<void> {
  const through = {
    store: (store: Store): Store => ({ ...store, ...change(store) }),
    engines: <T>(engines: T): T => engines,
  };
  berth = await startBerth({ dir, fleet: newFleet(), observer, through });
}

beforeEach(() => {
  told = [];
  dir = mkdtempSync(join(tmpdir(), 'berth-told-'));
});
afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

const searched = 'searched for a while';

describe('of placement it is told', () => {
  it('what was placed, and nothing of operations that place nothing', async () => {
    await start();
    const id = await reach(berth, [instantiate]);
    expect(told).toEqual([searched, 'INSTANTIATE placed']);
    told = [];
    for (const ask of [scale('SCALE_OUT'), scale('SCALE_IN'), terminate]) {
      await berth.settled(valueOf(await ask(berth, id)).id);
    }
    expect(told).toEqual([searched, 'SCALE placed']);
  });

  it('what refused it, once, however often it was looked for', async () => {
    await start();
    await berth.store.setHostAdminState(hostId('sim-1'), 'draining');
    const other = await reach(berth, []);
    const occ = await berth.settled(valueOf(await instantiate(berth, other)).id);
    expect([occ.operationState, occ.error?.title]).toEqual(['ROLLED_BACK', expect.stringContaining('lace')]);
    // The host as it was kept is another since: the first try is lost.
    expect(told.filter((each) => each.includes('refused'))).toEqual(['INSTANTIATE refused by host-state']);
    expect(told.at(-2)).toBe(searched);
  });

  it('of each race that was lost, and of the end', async () => {
    let races = 2;
    await start((store) => ({
      commitPlan: (commit) =>
        races-- > 0 ? Promise.resolve({ committed: false, lost: 'cpu 3' }) : store.commitPlan(commit),
    }));
    await reach(berth, [instantiate]);
    expect(told.filter((each) => each !== searched)).toEqual([
      'INSTANTIATE lost_race',
      'INSTANTIATE lost_race',
      'INSTANTIATE placed',
    ]);
    expect(told.filter((each) => each === searched)).toHaveLength(3);
  });
});

describe('of leases it is told', () => {
  it('that one was lost, while it drove the operation, and it drives it no longer', async () => {
    let driven: number | undefined;
    await start((store) => ({
      commitPlan: (commit) => {
        driven = berth.workflow.drivenOperations();
        if (told.includes('lease lost')) return store.commitPlan(commit);
        return Promise.reject(new LeaseLost(commit.opOccId));
      },
    }));
    const id = await reach(berth, []);
    valueOf(await instantiate(berth, id));
    await soon(() => told.includes('lease lost') || undefined, 'no lease is lost');
    expect(told).toEqual([searched, 'lease lost']);
    expect(driven).toBe(1);
    await soon(() => berth.workflow.drivenOperations() === 0 || undefined, 'it goes on driving');
  });
});
