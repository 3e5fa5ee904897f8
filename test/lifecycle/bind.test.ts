/**
 * A placed draft made into VNFCs: names, allocations, volumes, what is expected of the guest, and the links they need.
 */
import { describe, expect, it } from '@jest/globals';
import { linksToAdd } from '../../src/lifecycle/bind.js';
import { linkNames } from '../../src/lifecycle/link-names.js';
import { hostId, vnfInstanceId } from '../../src/shared/ids.js';
import { GiB, MiB } from '../../src/shared/units.js';
import type { Vdu, VirtualLink, VirtualStorage } from '../../src/vnfd/model.js';
import { context, instance } from '../builders/instance.js';
import { instantiated } from '../builders/vnfc.js';
import { cp, flavour, imageSha256, vdu } from '../builders/vnfd.js';
import { adds, bind, bindContext, bound, draft, link, configured, westOnly } from './binding.js';

const image = vdu().image;
const storage = (id: string, change: Partial<VirtualStorage> = {}): VirtualStorage => ({
  ...{ id, kind: 'block', sizeBytes: 3 * GiB, perVnfcInstance: true, requirements: {} },
  ...change,
});

describe('a VNFC', () => {
  it('stands where it was placed, of the VDU and with the ordinal of its draft', () => {
    const functions = [{ cpdId: 'west', address: '0000:41:00.0' }];
    const vnfcs = bound(draft({ adds: adds([0, 3]) }), { hosts: ['host-7', '', '', 'host-9'], functions });
    expect(vnfcs.map(({ id, vduId, index, hostId: at, pool, state }) => [id, vduId, index, at, pool, state])).toEqual([
      ['router-0', 'router', 0, 'host-7', 'berth', 'STARTED'],
      ['router-3', 'router', 3, 'host-9', 'berth', 'STARTED'],
    ]);
    expect(vnfcs[0]?.placement.pciFunctions).toEqual(functions);
  });

  it('has names of its own on its host and in its guest, which say instance, VDU and ordinal', () => {
    const named = (of = instance()) => bound(draft({ adds: adds([0, 1]) }), { context: bindContext({ instance: of }) });
    const [first, second] = named();
    expect([first?.domainName, second?.domainName]).toEqual([
      'berth-111111112222-router-0',
      'berth-111111112222-router-1',
    ]);
    expect(first?.hostname).toBe('edge-111111112222-router-0');
    const other = named(instance({ id: vnfInstanceId('66666666-2222-4333-8444-555555555555') }));
    const names = [first, second, ...other].flatMap((vnfc) => [vnfc?.domainName, vnfc?.hostname]);
    expect(new Set(names).size).toBe(8);
  });

  it('has two allocations that nothing else has', () => {
    const vnfcs = bound(draft({ adds: adds([0, 1, 2]) }));
    const ids = vnfcs.flatMap(({ allocations }) => [allocations?.place, allocations?.addresses]);
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(6);
  });

  it('that placement left out is a fault that names it', () => {
    const of = draft({ adds: adds([0]) });
    expect(() => bind({ ...of, adds: [...of.adds, ...adds([5])] }, { placedOnly: of.adds })).toThrow('router-5');
  });
});

describe('volumes', () => {
  const volumesOf = (change: Partial<Vdu>, storages: readonly VirtualStorage[] = []) =>
    volumesOfVdu(vdu(change), storages);
  const volumesOfVdu = (of: Vdu, storages: readonly VirtualStorage[]) => {
    const [only] = bound(draft({ flavour: { ...westOnly, vdus: [of], storages }, adds: adds([0], of) }));
    return only?.volumes ?? [];
  };

  it('are the root disk over its image, the storages in the order of the VDU, and day-0 last', () => {
    const volumes = volumesOf({ storageIds: ['logs', 'data'] }, [storage('data'), storage('logs')]);
    expect(volumes.map(({ id, name, format, capacityBytes }) => [id, name, format, capacityBytes])).toEqual([
      ['root', 'berth-router-0-root.qcow2', 'qcow2', GiB],
      ['logs', 'berth-router-0-logs.qcow2', 'qcow2', 3 * GiB],
      ['data', 'berth-router-0-data.qcow2', 'qcow2', 3 * GiB],
      ['day0', 'berth-router-0-day0.iso', 'raw', MiB],
    ]);
    expect(volumes[0]).toMatchObject({ imageSha256, imageBytes: 32 * MiB, baseFormat: 'qcow2' });
    expect(volumes[0]?.baseName).toBe(`berth-base-${imageSha256}-1c0ffee00000.qcow2`);
    expect(volumes.map((each) => each.storageDescId)).toEqual([undefined, 'logs', 'data', undefined]);
  });

  it('are as large as the largest of what image, file and VDU ask for', () => {
    const root = (change: Partial<Vdu>) => volumesOf(change)[0]?.capacityBytes;
    expect(root({ localStorageBytes: [5 * GiB, 9 * GiB] })).toBe(5 * GiB);
    expect(root({ localStorageBytes: [MiB] })).toBe(GiB);
    expect(root({ image: { ...image!, minDiskBytes: 2 * GiB } })).toBe(2 * GiB);
  });

  it('of a storage with an image lie over it', () => {
    const { image: _none, ...bare } = vdu({ storageIds: ['disk'] });
    const disk = volumesOfVdu(bare, [storage('disk', { image: image! })]);
    expect(disk.map(({ id }) => id)).toEqual(['disk', 'day0']);
    expect(disk[0]).toMatchObject({ imageSha256, capacityBytes: 3 * GiB, storageDescId: 'disk' });
  });

  it('of Berth give way to storages of their name', () => {
    const volumes = volumesOf({ storageIds: ['root', 'day0'] }, [storage('root'), storage('day0')]);
    expect(volumes.map(({ id }) => id)).toEqual(['root-2', 'root', 'day0', 'day0-2']);
  });

  it('over an image whose file the package has not are a fault that names the image', () => {
    const without = bindContext({ images: [] });
    expect(() => bind(draft(), { context: without })).toThrow('software image router');
  });
});

describe('what is expected of a guest', () => {
  const guestOf = (metadata: Readonly<Record<string, string>>) => {
    const of = vdu({ metadata });
    return bound(draft({ flavour: { ...westOnly, vdus: [of] }, adds: adds([0], of) }))[0]?.guest;
  };

  it('are the words of its commands', () => {
    expect(
      guestOf({
        'berth.guest-agent': 'qemu',
        'berth.vnf-status': '  /bin/vnf   status ',
        'berth.vnf-configure': '/bin/vnf configure',
      }),
    ).toEqual({ agent: true, statusCommand: ['/bin/vnf', 'status'], configureCommand: ['/bin/vnf', 'configure'] });
  });

  it('is nothing where the VDU says nothing, or names an agent that Berth does not know', () => {
    expect(guestOf({})).toEqual({ agent: false });
    expect(guestOf({ 'berth.guest-agent': 'vmware' })).toEqual({ agent: false });
  });
});

describe('internal links', () => {
  const inner: VirtualLink = { id: 'inner', layerProtocols: ['ethernet'], dhcpEnabled: false, mtu: 9000 };
  const shape = flavour({
    cps: [cp('west', 0), cp('ha', 1, { virtualLinkId: 'inner' })],
    extCps: [{ id: 'west', vduCpId: 'west', requirement: 'virtual_link_west' }],
    virtualLinks: [inner],
  });
  const of = draft({
    flavour: shape,
    adds: adds([0, 1, 2]),
    extVirtualLinks: [link('data', configured('west', []))],
  });
  const names = linkNames(instance(), 'inner');

  it('are one for each host, whichever of its VNFCs share it, with the names of the instance', () => {
    const vnfcs = bound(of, { hosts: ['host-1', 'host-2', 'host-1'] });
    const on = (at: string) => ({
      ...{ id: `inner@${at}`, virtualLinkDescId: 'inner', hostId: hostId(at), mtu: 9000 },
      ...names,
    });
    expect(linksToAdd(context(), of, vnfcs, [])).toEqual([on('host-1'), on('host-2')]);
    expect(linksToAdd(context(), of, vnfcs, [on('host-1')])).toEqual([on('host-2')]);
    expect(vnfcs.map(({ cps }) => [cps[1]?.network, cps[1]?.mtu, cps[1]?.addresses])).toEqual(
      [0, 1, 2].map(() => [names.network, 9000, []]),
    );
  });

  it('keep the names that the instance has for them already', () => {
    const there = { id: 'inner@host-1', virtualLinkDescId: 'inner', hostId: hostId('host-1'), network: 'old-net' };
    const now = instance({ instantiated: instantiated({ virtualLinks: [{ ...there, bridge: 'old-br' }] }) });
    const around = bindContext({ instance: now });
    const vnfcs = bound(of, { context: around, hosts: ['host-2', 'host-2', 'host-2'] });
    expect(linksToAdd(around, of, vnfcs, []).map(({ id, network, bridge }) => [id, network, bridge])).toEqual([
      ['inner@host-2', 'old-net', 'old-br'],
    ]);
    expect(vnfcs[0]?.cps[1]?.network).toBe('old-net');
  });

  it('that are joined to a network outside are none of their host', () => {
    const joined = draft({
      flavour: {
        ...shape,
        extCps: [...shape.extCps, { id: 'door', virtualLinkId: 'inner', requirement: 'virtual_link' }],
      },
      extVirtualLinks: [link('data', configured('west', [])), link('outside', configured('door', []))],
    });
    const vnfcs = bound(joined);
    expect(vnfcs[0]?.cps[1]).toMatchObject({ network: 'outside', virtualLinkDescId: 'inner', extCpdId: 'door' });
    expect(linksToAdd(context(), joined, vnfcs, [])).toEqual([]);
  });

  it('are none where no CP is on one', () => {
    expect(linksToAdd(context(), draft(), bound(draft()), [])).toEqual([]);
  });
});

it('the NICs of a VNFC are in their order, ties by name', () => {
  const { order: _none, ...last } = cp('last', 0);
  const cps = [cp('z', 1), last, cp('a', 1), cp('first', 0)];
  const [only] = bound(draft({ flavour: flavour({ cps, extCps: [] }) }));
  expect(only?.cps.map(({ cpdId, order }) => [cpdId, order])).toEqual([
    ['first', 0],
    ['a', 1],
    ['z', 2],
    ['last', 3],
  ]);
});
