/**
 * From a request to a committed plan, on hosts and a store made by hand.
 */
import { describe, expect, it } from '@jest/globals';
import { fleetWide } from '../../src/inventory/model.js';
import type { InstantiateVnfRequest } from '../../src/lifecycle/operations/instantiate.js';
import { settled } from '../builders/fake-clock.js';
import { flavour, vnfd as routerVnfd } from '../builders/vnfd.js';
import { hostFor, occOfInstance, request, scene } from './planner-scene.js';
import type { HandStore } from './hand-store.js';

const addressesOf = ({ commits }: HandStore): readonly (readonly string[])[] =>
  commits.map(({ claims }) => claims.flatMap(({ kind, key, exclusive }) => (kind === 'ip' && exclusive ? [key] : [])));

describe('a plan that has room', () => {
  it('is committed with its claims, the generations that it was made on, and why', async () => {
    const { store, clock, instantiate } = scene();
    await clock.advance(500);
    expect(await instantiate('a')).toEqual({ result: 'committed' });
    const [commit] = store.commits;
    expect(commit).toMatchObject({
      ...{ opOccId: 'op-a', token: 7, nowMs: clock.now(), generations: [{ hostId: 'host-1', generation: 0 }] },
      explanation: { decision: 'placed' },
    });
    const [added] = commit?.plan.vnfcs ?? [];
    const { place, addresses } = added?.after?.allocations ?? {};
    const claims = (commit?.claims ?? []).map(({ kind, allocationId, hostId }) => [kind, allocationId, hostId]);
    expect(claims.filter(([kind]) => kind === 'mac' || kind === 'ip').sort()).toEqual(
      ['ip', 'ip', 'mac', 'mac'].map((kind) => [kind, addresses, fleetWide]),
    );
    expect(new Set(claims.map(([kind]) => kind))).toEqual(new Set(['cpu', 'hugepages', 'disk', 'image', 'mac', 'ip']));
    const onHost = claims.filter(([, , at]) => at !== fleetWide);
    expect(onHost.every(([, allocation, at]) => allocation === place && at === 'host-1')).toBe(true);
    expect(commit?.claims.every((claim) => claim.vnfcId === added?.after?.id && claim.opOccId === 'op-a')).toBe(true);
  });

  it('tells the observer how long search and commit took', async () => {
    const { store, clock, told, instantiate } = scene();
    store.meanwhile = () => clock.advance(30);
    await instantiate('a');
    expect(told).toEqual(['searched', 'INSTANTIATE placed 30']);
  });

  it('waits until every host was looked at', async () => {
    const looked = Promise.withResolvers<undefined>();
    const { store, instantiate } = scene({ firstLook: () => looked.promise });
    const planned = instantiate('a');
    await settled();
    expect(store.asked).toEqual([]);
    looked.resolve(undefined);
    expect(await planned).toEqual({ result: 'committed' });
  });
});

describe('a refusal', () => {
  it('of hosts without room carries the explanation, and leaves nothing behind', async () => {
    const { store, told, instantiate } = scene({ hosts: [hostFor(0)] });
    const outcome = await instantiate('a');
    expect(outcome).toMatchObject({
      result: 'refused',
      problem: { type: 'urn:berth:problem:no-placement', explanation: { decision: 'refused' } },
      explanation: { decision: 'refused' },
    });
    expect([store.commits, store.claims]).toEqual([[], []]);
    expect(told).toEqual(['searched', 'INSTANTIATE refused by hugepages']);
  });

  it('for want of addresses says so, by that word, when others of the range are taken', async () => {
    const { told, instantiate } = scene();
    expect(await instantiate('a', { last: 1 })).toEqual({ result: 'committed' });
    expect(await instantiate('b', { last: 1 })).toMatchObject({
      result: 'refused',
      problem: { detail: expect.stringMatching(/No free address is left for CPD west/) },
    });
    expect(told.at(-1)).toBe('INSTANTIATE refused by addresses');
  });

  it('of a MAC address that another VNFC has names both', async () => {
    const { store, instantiate } = scene();
    await instantiate('a', { macAddress: '52:54:00:00:00:01' });
    expect(await instantiate('b', { macAddress: '52:54:00:00:00:01' })).toMatchObject({
      result: 'refused',
      problem: { detail: expect.stringMatching(/52:54:00:00:00:01 of CP west is in use by VNFC [0-9a-f-]{36};/) },
    });
    expect(await instantiate('c', { macAddress: '52:54:00:00:00:02' })).toEqual({ result: 'committed' });
    expect(store.commits).toHaveLength(2);
  });

  it('of a request that names an unknown network is none of placement', async () => {
    const { told, instantiate } = scene();
    expect(await instantiate('a', { network: 'dmz' })).toMatchObject({
      result: 'refused',
      problem: { type: 'urn:berth:problem:unknown-reference', detail: expect.stringContaining('"dmz"') },
    });
    expect(told).toEqual([]);
  });

  it('is believed on a fresh picture only: what others released meanwhile counts', async () => {
    const { store, told, instantiate } = scene({ hosts: [hostFor(1)] });
    await instantiate('a');
    expect(await instantiate('b')).toMatchObject({ result: 'refused' });
    store.othersLeave([]);
    told.length = 0;
    expect(await instantiate('b')).toEqual({ result: 'committed' });
    expect(told).toEqual(['searched', 'searched', 'INSTANTIATE placed 0']);
  });

  it('on the first picture, which is fresh, is not tried again', async () => {
    const { store, told, instantiate } = scene({ hosts: [hostFor(0)] });
    await instantiate('a');
    expect(store.asked.filter((each) => each === 'hosts')).toHaveLength(1);
    await instantiate('b');
    expect(store.asked.filter((each) => each === 'hosts')).toHaveLength(2);
    expect(told.filter((each) => each === 'searched')).toHaveLength(3);
  });
});

describe('a plan that loses the race', () => {
  it('says why, keeps nothing in mind, and is planned again on a fresh picture', async () => {
    const { store, told, instantiate } = scene();
    await instantiate('a');
    store.meanwhile = async () => store.othersLeave(store.claims);
    expect(await instantiate('b')).toEqual({ result: 'lost', lost: 'host host-1 changed' });
    expect(told.at(-1)).toBe('INSTANTIATE lost_race 0');
    store.meanwhile = async () => undefined;
    const before = store.asked.length;
    expect(await instantiate('b')).toEqual({ result: 'committed' });
    expect(store.asked.slice(before)).toEqual(['instance', 'hosts', 'addresses', 'commit']);
    expect(addressesOf(store)).toEqual([
      ['data/10.1.0.1', 'data/10.2.0.1'],
      ['data/10.1.0.2', 'data/10.2.0.2'],
    ]);
  });

  it('loses an address that another replica has given away, and has the next one then', async () => {
    const { store, instantiate } = scene();
    const other = scene();
    await instantiate('a');
    await other.instantiate('b');
    await other.instantiate('c');
    store.claims = [
      ...store.claims,
      ...(other.store.commits[1]?.claims ?? []).filter((one) => one.hostId === fleetWide),
    ];
    expect(await instantiate('d')).toMatchObject({ result: 'lost', lost: expect.stringContaining('is claimed') });
    expect(await instantiate('d')).toEqual({ result: 'committed' });
    expect(addressesOf(store).at(-1)).toEqual(['data/10.1.0.3', 'data/10.2.0.3']);
  });
});

describe('a fault', () => {
  it.each<[string, (store: HandStore) => void, RegExp]>([
    ['the instance is gone', ({ instances }) => instances.clear(), /op-a is about instance a, which is gone/],
    ['the package is gone', ({ packages }) => packages.clear(), /the package of instance a is gone/],
    [
      'the package was not read',
      ({ packages }) => {
        for (const [id, { contents: _none, ...head }] of packages) packages.set(id, head);
      },
      /package \S+ of instance a is not onboarded/,
    ],
  ])('%s: it is thrown with the ids, and holds up no other plan', async (_, harm, why) => {
    const { store, wanted, plan, instantiate } = scene();
    wanted('a');
    harm(store);
    await expect(plan(occOfInstance('a', 'INSTANTIATE', request()))).rejects.toThrow(why);
    expect(await instantiate('b')).toEqual({ result: 'committed' });
  });

  it('of the store is thrown and not taken for a lost race', async () => {
    const { store, told, instantiate } = scene();
    store.meanwhile = () => Promise.reject(new Error('disk full'));
    await expect(instantiate('a')).rejects.toThrow('disk full');
    expect(told).toEqual(['searched']);
    store.meanwhile = async () => undefined;
    expect(await instantiate('a')).toEqual({ result: 'committed' });
    expect(addressesOf(store)).toEqual([['data/10.1.0.1', 'data/10.2.0.1']]);
  });
});

describe('several plans', () => {
  it('are made in turn: the next begins when the one before is committed', async () => {
    const { store, instantiate } = scene();
    const held = Promise.withResolvers<undefined>();
    store.meanwhile = () => held.promise;
    const both = [instantiate('a'), instantiate('b')];
    await settled();
    expect(store.asked).toEqual(['instance', 'hosts', 'addresses', 'commit']);
    held.resolve(undefined);
    expect(await Promise.all(both)).toEqual([{ result: 'committed' }, { result: 'committed' }]);
    expect(store.commits.map(({ opOccId: id }) => id)).toEqual(['op-a', 'op-b']);
  });

  it('know the addresses, hosts and CPUs of those before without asking the store for addresses', async () => {
    const { store, instantiate } = scene();
    for (const name of ['a', 'b', 'c']) expect(await instantiate(name)).toEqual({ result: 'committed' });
    expect(addressesOf(store).map(([west]) => west)).toEqual(['data/10.1.0.1', 'data/10.1.0.2', 'data/10.1.0.3']);
    expect(store.commits.map(({ generations }) => generations[0]?.generation)).toEqual([0, 1, 2]);
    expect(store.asked.filter((each) => each === 'addresses')).toHaveLength(1);
  });
});

describe('an operation on what stands', () => {
  it('that places nothing claims nothing, and is no placement for the observer', async () => {
    const { store, told, instantiate, wanted, plan } = scene();
    await instantiate('a');
    const after = store.commits[0]?.plan.after;
    wanted('a', { ...(after && { instantiated: after }) });
    told.length = 0;
    expect(await plan(occOfInstance('a', 'OPERATE', { changeStateTo: 'STOPPED' }))).toEqual({ result: 'committed' });
    expect(store.commits[1]).toMatchObject({ claims: [], generations: [], explanation: null });
    expect(store.commits[1]?.plan.steps.map(({ kind }) => kind)).toEqual(['stop-domain']);
    expect(told).toEqual([]);
  });

  it('that adds VNFCs shares their virtual address, however many connection points have it', async () => {
    const vip = { id: 'vip', vipTargets: ['west', 'east'], requirement: 'virtual_link_vip' };
    const shape = flavour({ extCps: [...flavour().extCps, vip] });
    const { store, wanted, plan } = scene({ vnfd: routerVnfd({ flavours: [shape] }) });
    const links = request().extVirtualLinks ?? [];
    const shared = { cpdId: 'vip', cpConfig: { one: { cpProtocolData: fixedAt('10.1.0.100') } } };
    const asked = { ...request(), extVirtualLinks: links.map((of, at) => withCps(of, at === 0 ? [shared] : [])) };
    wanted('a');
    expect(await plan(occOfInstance('a', 'INSTANTIATE', asked))).toEqual({ result: 'committed' });
    const after = store.commits[0]?.plan.after;
    wanted('a', { ...(after && { instantiated: after }) });
    const scaled = await plan(occOfInstance('a', 'SCALE', { type: 'SCALE_OUT', aspectId: 'capacity' }));
    expect(scaled).toEqual({ result: 'committed' });
    expect(addressesOf(store)).toEqual([
      ['data/10.1.0.1', 'data/10.2.0.1', 'data/10.1.0.100'],
      ['data/10.1.0.2', 'data/10.2.0.2'],
    ]);
    const shares = store.commits.map(({ claims }) =>
      claims.filter(({ kind, exclusive }) => kind === 'ip' && !exclusive),
    );
    const added = store.commits[1]?.plan.vnfcs[0]?.after;
    expect(shares).toEqual([
      [],
      [expect.objectContaining({ key: 'data/10.1.0.100', allocationId: added?.allocations?.addresses })],
    ]);
  });

  it('that adds a VNFC gives it the fixed address of its ordinal, though the kept picture still has it taken', async () => {
    const { store, wanted, plan } = scene();
    const [west, east] = request().extVirtualLinks ?? [];
    const fixed = { cpdId: 'west', cpConfig: { one: { cpProtocolData: fixedAt('10.1.0.7', '10.1.0.8', '10.1.0.9') } } };
    const links = [...(west ? [{ ...west, extCps: [fixed] }] : []), ...(east ? [east] : [])];
    wanted('a');
    await plan(occOfInstance('a', 'INSTANTIATE', { ...request(), extVirtualLinks: links }));
    const after = store.commits[0]?.plan.after;
    wanted('a', { ...(after && { instantiated: after }) });
    const out = () => plan(occOfInstance('a', 'SCALE', { type: 'SCALE_OUT', aspectId: 'capacity' }));
    await out();
    const before = store.commits[0]?.claims ?? [];
    store.claims = store.claims.filter((claim) => before.includes(claim));
    expect(await out()).toEqual({ result: 'committed' });
    expect(addressesOf(store).map(([first]) => first)).toEqual(['data/10.1.0.7', 'data/10.1.0.8', 'data/10.1.0.8']);
  });
});

type Link = NonNullable<InstantiateVnfRequest['extVirtualLinks']>[number];
const withCps = (of: Link, more: Link['extCps']): Link => ({ ...of, extCps: [...of.extCps, ...more] });
const fixedAt = (...fixedAddresses: readonly string[]) => [
  {
    layerProtocol: 'IP_OVER_ETHERNET' as const,
    ipOverEthernet: { ipAddresses: [{ type: 'IPV4' as const, fixedAddresses }] },
  },
];
