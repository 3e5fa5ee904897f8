/**
 * The edge fixture, which uses most of SOL001 3.3.1, read in full.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readVnfd } from '../../src/vnfd/read-vnfd.js';
import type { Flavour, Vnfd } from '../../src/vnfd/model.js';
import { edgePackage } from '../artifacts/edge-package.js';
import { vnfdOf, vocabulary } from './read.js';

let vnfd: Vnfd;
let small: Flavour;
let pinned: Flavour;

beforeAll(() => {
  const files = edgePackage();
  const texts = new Map(
    [...files].filter(([path]) => path.endsWith('.yaml')).map(([path, text]) => [path, text.toString()]),
  );
  const reading = readVnfd({
    files: texts,
    entry: 'Definitions/edge.yaml',
    packagePaths: new Set(files.keys()),
    ...vocabulary,
  });
  expect(reading.findings).toEqual([]);
  vnfd = vnfdOf(reading);
  [small, pinned] = vnfd.flavours as [Flavour, Flavour];
});

test('identity comes from the VNF node and the defaults of its type, as written', () => {
  expect(vnfd).toMatchObject({
    id: '4f4e9b7c-9d5b-4f0e-8a35-111111111111',
    version: '1.1',
    provider: 'Example',
    productName: 'Edge',
    softwareVersion: '2.10',
    vnfmInfo: ['etsivnfm:v3.3.1'],
    toscaVersion: 'tosca_simple_yaml_1_3',
    defaultFlavourId: 'small',
  });
  expect(vnfd.flavours.map(({ id, description }) => [id, description])).toEqual([
    ['small', 'Shared cores, one worker'],
    ['pinned', 'Cores and huge pages of its own'],
  ]);
});

describe('the small flavour', () => {
  test('has a controller that boots from storage, in order, with emulated devices', () => {
    expect(small.vdus.find(({ id }) => id === 'controller')).toEqual({
      id: 'controller',
      name: 'controller',
      description: 'keeps the workers',
      minInstances: 1,
      maxInstances: 1,
      cpu: {
        count: 2,
        architecture: 'x86_64',
        policy: 'shared',
        threadPolicy: 'prefer',
        emulatorPolicy: 'shared',
        features: [],
        oversubscriptionRatio: 4,
      },
      memory: { bytes: 1_073_741_824, numaEnabled: false, pageSize: 'small', hugePages: [], locality: 'none' },
      guestCells: [],
      storageIds: ['system', 'logs'],
      localStorageBytes: [],
      bootOrder: true,
      bootData: {
        content: { concat: [{ get_input: 'user_data' }, '\nlicence: ', { get_input: 'licence' }] },
        kvp: {},
      },
      nfviConstraints: { virtualisation: 'full' },
      virtualisation: 'full',
      requestedCapabilities: [],
      metadata: {},
    });
  });

  test('has a worker with local storage, metadata and a capability that is not mandatory', () => {
    expect(small.vdus.find(({ id }) => id === 'worker')).toMatchObject({
      maxInstances: 5,
      memory: { bytes: 600_000_000 },
      localStorageBytes: [4_294_967_296],
      metadata: { 'berth.guest-agent': 'qemu' },
      requestedCapabilities: [{ name: 'example-flavour', mandatory: false, parameters: {} }],
      virtualisation: 'para',
      image: {
        file: 'Files/images/edge.qcow2',
        diskFormat: 'qcow2',
        containerFormat: 'bare',
        minRamBytes: 536_870_912,
      },
    });
  });

  test('has block storage, one of it filled from an image', () => {
    expect(small.storages).toMatchObject([
      {
        id: 'system',
        kind: 'block',
        sizeBytes: 2e9,
        image: { checksum: { algorithm: 'sha-512' }, provider: 'Example' },
      },
      {
        id: 'logs',
        kind: 'block',
        sizeBytes: 536_870_912,
        requirements: {},
        perVnfcInstance: true,
      },
    ]);
  });

  test('has connection points with order, card and link', () => {
    expect(small.cps).toEqual([
      {
        id: 'outside',
        vduId: 'worker',
        order: 0,
        vnicType: 'virtio',
        model: 'virtio',
        layerProtocols: ['ipv4'],
        ipAssignment: true,
        trunk: true,
        interfaceRequirements: {},
      },
      {
        id: 'inside',
        vduId: 'worker',
        virtualLinkId: 'internal',
        order: 1,
        vnicType: 'virtio',
        model: 'e1000e',
        layerProtocols: ['ipv4'],
        ipAssignment: false,
        trunk: false,
        interfaceRequirements: { interfaceType: 'E1000' },
      },
      {
        id: 'control',
        vduId: 'controller',
        virtualLinkId: 'internal',
        vnicType: 'virtio',
        model: 'e1000e',
        layerProtocols: ['ipv4'],
        ipAssignment: false,
        trunk: false,
        interfaceRequirements: {},
      },
    ]);
    expect(small.extCps).toEqual([{ id: 'outside', vduCpId: 'outside', requirement: 'virtual_link_outside' }]);
  });

  test('has an internal link', () => {
    expect(small.virtualLinks).toEqual([
      { id: 'internal', layerProtocols: ['ipv4'], dhcpEnabled: false, mtu: 1400, profile: { flowPattern: 'mesh' } },
    ]);
  });

  test('scales by an aspect with uneven steps, between levels', () => {
    expect(small.aspects).toEqual([
      { id: 'workers', name: 'workers', maxScaleLevel: 3, stepDeltas: ['one', 'one', 'two'] },
    ]);
    expect(small.vduDeltas).toEqual([{ vduId: 'worker', initial: 1, byAspect: { workers: { one: 1, two: 2 } } }]);
    expect(small.levels).toEqual([
      { id: 'least', description: 'one worker', scaleLevels: { workers: 0 }, vduInstances: { worker: 1 } },
      { id: 'most', description: 'five workers', scaleLevels: { workers: 3 }, vduInstances: { worker: 5 } },
    ]);
    expect(small.defaultLevelId).toBe('least');
  });

  test('has affinity rules with groups resolved', () => {
    expect(small.affinityRules).toEqual([
      { id: 'together', kind: 'affinity', scope: 'zone', vduIds: ['controller', 'worker'], bestEffort: false },
      { id: 'apart', kind: 'anti-affinity', scope: 'nfvi_node', vduIds: ['worker'], bestEffort: false },
    ]);
  });

  test('configures its operations', () => {
    expect(small.lcmOperations).toEqual({
      scalingByMoreThanOneStep: true,
      arbitraryTargetLevels: false,
      healCauses: [],
    });
  });

  test('requires only inputs that are used and that neither VNF node nor default answers', () => {
    expect(small.inputs).toEqual({
      descriptor_id: { type: 'string', required: false, default: '4f4e9b7c-9d5b-4f0e-8a35-111111111111' },
      site: { type: 'string', required: false, default: 'north' },
      user_data: { type: 'string', required: false, default: '#cloud-config' },
      licence: { type: 'string', required: true },
    });
  });
});

describe('the pinned flavour', () => {
  test('has cores of its own, one page size and uneven guest cells', () => {
    expect(pinned.vdus[0]).toMatchObject({
      cpu: {
        count: 6,
        policy: 'dedicated',
        threadPolicy: 'require',
        features: ['avx2', 'aes'],
      },
      memory: { numaEnabled: true, pageSize: 1_048_576, locality: 'strict' },
      guestCells: [
        { id: 'big', vcpus: 4, memoryBytes: 2_147_483_648 },
        { id: 'little', vcpus: 2, memoryBytes: 1_073_741_824 },
      ],
      requestedCapabilities: [{ name: 'fast-path', mandatory: true, parameters: {} }],
      image: { file: 'Files/images/edge-fast.img', diskFormat: 'raw' },
    });
  });

  test('has a connection point on a virtual function', () => {
    expect(pinned.cps).toMatchObject([
      {
        vnicType: 'direct',
        interfaceRequirements: { interfaceType: 'SR-IOV', pciDeviceLocalToNumaNode: 'required' },
      },
    ]);
  });
});

test('images of one node name in two flavours have ids of their own', () => {
  expect([small.vdus[1]?.image?.id, small.storages[0]?.image?.id, pinned.vdus[0]?.image?.id]).toEqual([
    'small.worker',
    'system',
    'pinned.worker',
  ]);
});
