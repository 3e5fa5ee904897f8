/**
 * Names of one plan: whatever a descriptor calls its nodes, distinct things have distinct names that fit where they are
 * used, and two instances share none.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Flavour } from '../../src/vnfd/model.js';
import { linkNames } from '../../src/day0/link-names.js';
import { diskSerial } from '../../src/libvirt-xml/disk-serial.js';
import { bindAddresses } from '../../src/lifecycle/bind-addresses.js';
import { bindVnfcs } from '../../src/lifecycle/bind.js';
import { isDay0 } from '../../src/lifecycle/day0-volume.js';
import type { BindContext, OperationDraft } from '../../src/lifecycle/draft.js';
import type { LcmPlan, Step, Vnfc } from '../../src/lifecycle/model.js';
import { macAddress } from '../../src/lifecycle/naming.js';
import { addedBy } from '../../src/lifecycle/changes.js';
import { planChange } from '../../src/lifecycle/plan.js';
import { hostId, installationId, vnfcId, vnfInstanceId, type VnfcId } from '../../src/shared/ids.js';
import { GiB } from '../../src/shared/units.js';
import { valueOf } from '../builders/berth.js';
import { context, instance } from '../builders/instance.js';
import { instantiated, vnfc as placedVnfc } from '../builders/vnfc.js';
import { cp, flavour, vdu } from '../builders/vnfd.js';

const times = { uploadMs: 1, callMs: 1, guestReadyMs: 1 };

/** Ids that are easily taken for one another, and any that a descriptor may hold. */
const id = fc.oneof(
  fc.constantFrom('root', 'Root', 'day0', 'serial', 'lo', '0', 'management', 'controller'),
  fc.constantFrom(
    'data_1',
    'data-1',
    'data 1',
    'Data-1',
    'data.1',
    'Net A',
    'net_a',
    'net-a',
    'NET-A',
    '数据',
    'データ',
  ),
  fc.constantFrom('', '/', '..', '-', 'a/b', 'a'.repeat(128), `${'a'.repeat(127)}b`, 'ü'.repeat(128), '__proto__'),
  fc.string({ unit: fc.constantFrom('a', 'A', '1', '-', '_', '.', ' ', 'é'), minLength: 1, maxLength: 5 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 128 }),
);
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 5 });
const shape = fc.record({ vdus: ids, storages: ids, links: ids, cps: ids, name: fc.option(id, { nil: undefined }) });

type Shape = typeof shape extends fc.Arbitrary<infer S> ? S : never;

/** Every VDU has every storage, and a CP on every link. */
function flavourOf({ vdus, storages, links, cps }: Shape): Flavour {
  return flavour({
    vdus: vdus.map((each) => vdu({ id: each, storageIds: storages })),
    storages: storages.map((each) => ({
      id: each,
      kind: 'block',
      sizeBytes: GiB,
      perVnfcInstance: true,
      requirements: {},
    })),
    virtualLinks: links.map((each) => ({ id: each, layerProtocols: ['ethernet'], dhcpEnabled: false })),
    cps: vdus.flatMap((vduId) =>
      cps.map((each, at) => cp(`${each}${vduId}`, at, { vduId, virtualLinkId: links[at % links.length] ?? '' })),
    ),
    extCps: [],
  });
}

function planOf(given: Shape, of: BindContext): LcmPlan {
  const shaped = flavourOf(given);
  const adds = shaped.vdus.flatMap((each) => [0, 1].map((index) => ({ id: newVnfc(of), vdu: each, index })));
  const draft: OperationDraft = {
    ...{ flavour: shaped, adds, removes: [], keeps: [] },
    ...{ extVirtualLinks: [], scaleLevels: {}, inputs: {} },
  };
  const berth = { hostId: hostId('h1'), pool: 'berth', placed: placedVnfc().placement };
  const berths = new Map(adds.map((each) => [each.id, berth]));
  const vnfcs = valueOf(bindVnfcs(of, draft, { berths, chosen: valueOf(bindAddresses(draft, new Set())), macs: [] }));
  const rendered = new Map(vnfcs.map((each) => [each.id, { domainXml: '', day0: '' }]));
  return planChange(of, draft, { bound: { vnfcs, rendered }, times }, 0);
}

const newVnfc = (of: BindContext): VnfcId => vnfcId(of.ids.uuid());

const contextOf = (instanceId: string, name: string | undefined): BindContext => {
  const { vnfInstanceName: _, ...nameless } = instance({ id: vnfInstanceId(instanceId) });
  const named = name === undefined ? nameless : { ...nameless, vnfInstanceName: name };
  return { ...context({ instance: named }), installation: installationId('1c0ffee0-0000-4000-8000-000000000000') };
};

const added = ({ vnfcs, links }: LcmPlan) => ({ adds: addedBy(vnfcs), addsLinks: addedBy(links) });

/** Names by the space in which they must be distinct. */
function namesOf(plan: LcmPlan): Readonly<Record<string, readonly string[]>> {
  const { adds, addsLinks } = added(plan);
  return {
    domain: adds.map((each) => each.domainName),
    host: adds.map((each) => each.hostname),
    volume: adds.flatMap((each) => [...each.volumes.map(({ name }) => name), each.serialLog]),
    network: addsLinks.map((link) => link.network),
    bridge: addsLinks.map((link) => link.bridge),
    mac: adds.flatMap((each) => each.cps.map(({ mac }) => mac)),
    cp: adds.flatMap((each) => each.cps.map((one) => one.id)),
    step: plan.steps.map((step) => step.id),
  };
}

const namesInGuest = ({ volumes, cps }: Vnfc): Readonly<Record<string, readonly string[]>> => ({
  disk: volumes.map((volume) => volume.id),
  serial: volumes.map((volume) => diskSerial(volume.id)),
  link: linkNames(cps.map((one) => one.cpdId)),
});

const forms: Readonly<Record<string, RegExp>> = {
  domain: /^berth-[A-Za-z0-9_.-]{1,120}$/,
  host: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  volume: /^berth-[A-Za-z0-9_.-]{1,200}$/,
  network: /^berth-[A-Za-z0-9_.-]{1,58}$/,
  bridge: /^[a-z0-9]{1,15}$/,
  serial: /^[A-Za-z0-9_.+-]{1,20}$/,
  link: /^(?!\d+$)(?!lo$)[a-z0-9_-]{1,15}$/,
};

const twice = (names: readonly string[]): readonly string[] => names.filter((name, at) => names.indexOf(name) !== at);

function expectApart(spaces: Readonly<Record<string, readonly string[]>>): void {
  for (const [space, names] of Object.entries(spaces)) {
    expect({ space, twice: twice(names) }).toEqual({ space, twice: [] });
    expect({ space, bad: names.filter((name) => forms[space]?.test(name) === false) }).toEqual({ space, bad: [] });
  }
}

test('names of one plan are distinct and fit where they are used', () => {
  fc.assert(
    fc.property(shape, (given) => {
      const plan = planOf(given, contextOf('11111111-2222-4333-8444-555555555555', given.name));
      expectApart(namesOf(plan));
      added(plan).adds.forEach((each) => {
        expectApart(namesInGuest(each));
      });
    }),
    { numRuns: 50 },
  );
});

test('two instances share no name, also when they are called the same and made of one package', () => {
  fc.assert(
    fc.property(shape, (given) => {
      const [here, there] = ['11111111-2222', '11111111-2223'].map((head) =>
        namesOf(planOf(given, contextOf(`${head}-4333-8444-555555555555`, given.name))),
      );
      for (const space of ['domain', 'host', 'network', 'bridge']) {
        expect(twice([...(here?.[space] ?? []), ...(there?.[space] ?? [])])).toEqual([]);
      }
    }),
    { numRuns: 50 },
  );
});

test('a name that looks as one made of another is not taken for it', () => {
  const first = (vduId: string): string => {
    const given = { vdus: [vduId], storages: ['s'], links: ['l'], cps: ['c'], name: undefined };
    const plan = planOf(given, contextOf('11111111-2222-4333-8444-555555555555', undefined));
    return added(plan).adds[0]?.domainName ?? '';
  };
  const made = first('Net A')
    .replace(/^berth-[0-9a-f]+-/, '')
    .replace(/-0$/, '');
  expect(first(made)).not.toBe(first('Net A'));
});

test('text that may stand in a name stands there as it is', () => {
  const given = { vdus: ['router'], storages: ['data_1', 'data-1'], links: ['Inner'], cps: ['c'], name: 'edge' };
  const { adds, addsLinks } = added(planOf(given, contextOf('11111111-2222-4333-8444-555555555555', 'edge')));
  const [router] = adds;
  expect(router?.domainName).toBe('berth-111111112222-router-0');
  expect(router?.hostname).toBe('edge-111111112222-router-0');
  expect(router?.volumes.map(({ name }) => name.replace(`berth-${router.id}-`, ''))).toEqual([
    'root.qcow2',
    'data_1.qcow2',
    'data-1.qcow2',
    'day0.iso',
  ]);
  expect(addsLinks.map((link) => link.network)).toEqual(['berth-111111112222-Inner']);
});

test('storages called as the disks of Berth keep their ids and stay apart from them', () => {
  const given = { vdus: ['router'], storages: ['root', 'day0'], links: ['l'], cps: ['c'], name: 'edge' };
  const plan = planOf(given, contextOf('11111111-2222-4333-8444-555555555555', 'edge'));
  const { adds } = added(plan);
  const volumes = adds[0]?.volumes ?? [];
  expect(volumes.map((volume) => volume.id)).toEqual(['root-2', 'root', 'day0', 'day0-2']);
  expect(volumes.filter(isDay0).map((volume) => volume.id)).toEqual(['day0-2']);
  const kinds = plan.steps.filter((step: Step) => step.lane === `vnfc/${String(adds[0]?.id)}`).map((step) => step.kind);
  expect(kinds.slice(0, 4)).toEqual(['image-volume', 'blank-volume', 'blank-volume', 'content-volume']);
});

test('a VNFC that joins later finds the network that the instance has, whatever it is called', () => {
  const old = {
    id: 'inner@h1',
    virtualLinkDescId: 'inner',
    hostId: hostId('h1'),
    network: 'berth-old',
    bridge: 'bold',
  };
  const of = contextOf('11111111-2222-4333-8444-555555555555', 'edge');
  const given = { vdus: ['router'], storages: ['s'], links: ['inner'], cps: ['c'], name: 'edge' };
  const instance = { ...of.instance, instantiated: instantiated({ virtualLinks: [old], vnfcs: [] }) };
  const { adds, addsLinks } = added(planOf(given, { ...of, instance }));
  expect(addsLinks).toEqual([]);
  expect(adds.flatMap((each) => each.cps.map(({ network }) => network))).toEqual(['berth-old', 'berth-old']);
});

test('a MAC address that is taken is not given again', () => {
  const taken = new Set<string>();
  for (let n = 0; n < 3; n += 1) taken.add(macAddress(vnfcId('v'), 'west', taken));
  expect(taken.size).toBe(3);
});
