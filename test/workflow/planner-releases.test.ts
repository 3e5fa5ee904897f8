/**
 * Plans that let go of allocations with their commit, and plans that hold two places: an operation of the test puts another
 * VNFC in the place of the only one of an instance.
 */
import { expect, it } from '@jest/globals';
import { allocationIdsOf } from '../../src/lifecycle/allocations.js';
import { instantiatedOf, type OperationDraft } from '../../src/lifecycle/draft.js';
import type { Operation } from '../../src/lifecycle/operations/operation.js';
import { operationOf } from '../../src/lifecycle/operations/table.js';
import { planChange } from '../../src/lifecycle/plan.js';
import { ok } from '../../src/shared/outcome.js';
import { vnfcId, type AllocationId } from '../../src/shared/ids.js';
import type { Vnfc } from '../../src/lifecycle/model.js';
import type { HandStore } from './hand-store.js';
import { hostFor, occOfInstance, request, scene } from './planner-scene.js';

/** SCALE, which this test has taken the place of. */
const replacing = (releases: (old: Vnfc) => readonly AllocationId[]): Pick<Operation<object>, 'draft'> => ({
  draft: (asked) => {
    const now = instantiatedOf(asked.instance);
    const [flavour] = asked.vnfd.flavours;
    const [vdu] = flavour?.vdus ?? [];
    const [old] = now.vnfcs;
    if (flavour === undefined || vdu === undefined || old === undefined) throw new Error('there is nothing to replace');
    const placing: OperationDraft = {
      ...{ flavour, adds: [{ id: vnfcId('another'), vdu, index: 1 }], removes: [old], keeps: [] },
      ...{ extVirtualLinks: now.extVirtualLinks, scaleLevels: now.scaleLevels, inputs: now.inputs },
    };
    return ok({ placing, releases: releases(old), plan: (parts) => planChange(asked, placing, parts, 0) });
  },
});

/** With one router on a host for so many. */
async function standing(routers: number, releases: (old: Vnfc) => readonly AllocationId[]) {
  const operation: Parameters<typeof scene>[0] = {
    hosts: [hostFor(routers)],
    operation: (name) => (name === 'SCALE' ? replacing(releases) : operationOf(name)),
  };
  const around = scene(operation);
  around.wanted('a');
  await around.plan(occOfInstance('a', 'INSTANTIATE', request({ last: 1 })));
  const after = around.store.commits[0]?.plan.after;
  around.wanted('a', { ...(after && { instantiated: after }) });
  const [old] = after?.vnfcs ?? [];
  if (old === undefined) throw new Error('the router was not placed');
  return { ...around, old, replace: () => around.plan(occOfInstance('a', 'SCALE', {})) };
}

const holders = ({ claims }: HandStore) => [...new Set(claims.map(({ vnfcId: id }) => id))];

it('puts a VNFC in the place and the addresses of another on a full host, in one commit', async () => {
  const { store, old, replace } = await standing(1, allocationIdsOf);
  expect(await replace()).toEqual({ result: 'committed' });
  expect(store.commits[1]).toMatchObject({
    releases: allocationIdsOf(old),
    generations: [{ hostId: 'host-1', generation: 1 }],
  });
  expect(holders(store)).toEqual(['another']);
  const ips = store.claims.filter(({ kind }) => kind === 'ip').map(({ key }) => key);
  expect(ips[0]).toBe('data/10.1.0.1');
});

it('finds no room there without letting go, and takes nothing away', async () => {
  const { store, old, replace } = await standing(1, () => []);
  expect(await replace()).toMatchObject({ result: 'refused' });
  expect(store.commits).toHaveLength(1);
  expect(holders(store)).toEqual([old.id]);
});

it('refuses an address that is not let go with the place', async () => {
  const { replace } = await standing(1, (old) => allocationIdsOf(old).slice(0, 1));
  expect(await replace()).toMatchObject({
    result: 'refused',
    problem: { detail: expect.stringMatching(/No free address is left for CPD west/) },
  });
});

it('holds two places where both fit, until the first is let go', async () => {
  const { store, old, replace } = await standing(2, (one) => allocationIdsOf(one).slice(1));
  expect(await replace()).toEqual({ result: 'committed' });
  expect(holders(store)).toEqual([old.id, 'another']);
  const cpus = store.claims.filter(({ kind }) => kind === 'cpu').map(({ key }) => key);
  expect(new Set(cpus).size).toBe(cpus.length);
});

it('knows afterwards what was let go: the next plan has what is free, and no more', async () => {
  const { store, replace, instantiate, told } = await standing(2, allocationIdsOf);
  await replace();
  expect(await instantiate('b')).toEqual({ result: 'committed' });
  expect(told.filter((each) => each === 'searched')).toHaveLength(3);
  expect(holders(store)).toHaveLength(2);
  expect(await instantiate('c')).toMatchObject({ result: 'refused' });
});
