/**
 * A small VNFD for tests: one VDU `router` with two external CPs and the scaling aspect `capacity`. Tests change only
 * what they are about.
 */
import type { Flavour, Vdu, VduCp, Vnfd } from '../../src/vnfd/model.js';
import { vnfdId } from '../../src/shared/ids.js';
import { GiB, MiB } from '../../src/shared/units.js';

export const imageSha256 = 'ab'.repeat(32);

export function vdu(change: Partial<Vdu> = {}): Vdu {
  return {
    id: 'router',
    name: 'router',
    description: '',
    minInstances: 1,
    maxInstances: 4,
    cpu: {
      count: 1,
      policy: 'dedicated',
      threadPolicy: 'prefer',
      emulatorPolicy: 'shared',
      features: [],
    },
    memory: { bytes: 256 * MiB, numaEnabled: true, pageSize: 2048, hugePages: [], locality: 'strict' },
    guestCells: [],
    image: {
      id: 'router',
      name: 'router',
      version: '1.0',
      checksum: { algorithm: 'sha-256', hash: imageSha256 },
      containerFormat: 'bare',
      diskFormat: 'qcow2',
      minDiskBytes: GiB,
      sizeBytes: 32 * MiB,
      file: 'Files/router.qcow2',
    },
    storageIds: [],
    bootOrder: false,
    bootData: { content: { get_input: 'router_config' }, kvp: {} },
    nfviConstraints: {},
    virtualisation: 'para',
    requestedCapabilities: [],
    metadata: {
      'berth.guest-agent': 'qemu',
      'berth.vnf-status': '/usr/lib/berth/vnf status',
      'berth.vnf-configure': '/usr/lib/berth/vnf configure',
    },
    ...change,
  };
}

export function cp(id: string, order: number, change: Partial<VduCp> = {}): VduCp {
  return {
    id,
    vduId: 'router',
    order,
    vnicType: 'virtio',
    model: 'virtio',
    layerProtocols: ['ipv4'],
    ipAssignment: true,
    trunk: false,
    interfaceRequirements: {},
    ...change,
  };
}

export function flavour(change: Partial<Flavour> = {}): Flavour {
  return {
    id: 'simple',
    description: 'one router per VNFC',
    vdus: [vdu()],
    storages: [],
    virtualLinks: [],
    cps: [cp('west', 0), cp('east', 1)],
    extCps: [
      { id: 'west', vduCpId: 'west', requirement: 'virtual_link_west' },
      { id: 'east', vduCpId: 'east', requirement: 'virtual_link_east' },
    ],
    aspects: [{ id: 'capacity', name: 'capacity', maxScaleLevel: 3, stepDeltas: ['one'] }],
    vduDeltas: [{ vduId: 'router', initial: 1, byAspect: { capacity: { one: 1 } } }],
    levels: [
      { id: 'default', description: '', scaleLevels: { capacity: 0 }, vduInstances: { router: 1 } },
      { id: 'large', description: '', scaleLevels: { capacity: 2 }, vduInstances: { router: 3 } },
    ],
    defaultLevelId: 'default',
    affinityRules: [],
    lcmOperations: { scalingByMoreThanOneStep: false, arbitraryTargetLevels: false, healCauses: [] },
    inputs: { router_config: { type: 'string', required: false, default: '{"forwarding":true}' } },
    ...change,
  };
}

export function vnfd(change: Partial<Vnfd> = {}): Vnfd {
  return {
    id: vnfdId('b1bb0ce7-ebca-4fa7-95ed-4840d70a1177'),
    version: '1.0',
    provider: 'Berth',
    productName: 'router',
    softwareVersion: '1.0',
    vnfmInfo: ['berth'],
    toscaVersion: 'tosca_simple_yaml_1_3',
    flavours: [flavour()],
    defaultFlavourId: 'simple',
    ...change,
  };
}
