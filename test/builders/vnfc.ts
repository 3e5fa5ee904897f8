/**
 * Placed VNFCs and instantiated VNFs for tests of what reads them.
 */
import type { InstantiatedVnf, Vnfc, VnfcCp } from '../../src/lifecycle/model.js';
import { hostId, vnfcId } from '../../src/shared/ids.js';
import { GiB } from '../../src/shared/units.js';
import { imageSha256 } from './vnfd.js';

export const firstVnfc = vnfcId('aaaaaaaa-2222-4333-8444-000000000001');

export function vnfcCp(id: string, order: number, change: Partial<VnfcCp> = {}): VnfcCp {
  return {
    id: `cp-${id}`,
    cpdId: `${id}_vdu_cp`,
    extCpId: `ext-${id}`,
    extCpdId: id,
    cpConfigId: 'c1',
    order,
    mac: `52:54:00:00:00:0${order}`,
    network: 'data',
    extVirtualLinkId: `link-${id}`,
    addresses: [`10.${order}.0.1/24`],
    ...change,
  };
}

export function vnfc(change: Partial<Vnfc> = {}): Vnfc {
  const id = change.id ?? firstVnfc;
  return {
    id,
    vduId: 'router',
    index: 0,
    hostId: hostId('host-1'),
    domainName: 'edge-router-0',
    hostname: 'edge-router-0',
    state: 'STARTED',
    cps: [vnfcCp('west', 0), vnfcCp('east', 1)],
    volumes: [
      { id: 'root', name: `${id}-root.qcow2`, format: 'qcow2', capacityBytes: GiB, imageSha256 },
      { id: 'data', name: `${id}-data.qcow2`, format: 'qcow2', capacityBytes: GiB, storageDescId: 'data_disk' },
    ],
    serialLog: `${id}-serial.log`,
    pool: 'default',
    guest: { agent: true },
    placement: {
      cells: [{ hostCell: 0, pinnedCpus: [2], vcpus: 1, memoryMiB: 256, pages: 128 }],
      emulatorCpus: [0, 1],
      sharedCpus: [],
      pageSizeKiB: 2048,
      pciFunctions: [],
    },
    ...change,
  };
}

export function instantiated(change: Partial<InstantiatedVnf> = {}): InstantiatedVnf {
  return {
    flavourId: 'simple',
    vnfState: 'STARTED',
    scaleLevels: { capacity: 0 },
    extVirtualLinks: [
      {
        id: 'link-west',
        resourceId: 'data',
        extCps: [
          {
            cpdId: 'west',
            configs: [
              {
                cpConfigId: 'c1',
                addresses: [{ type: 'IPV4', fixed: ['10.0.0.1'], prefixLength: 24 }],
              },
            ],
          },
        ],
      },
    ],
    virtualLinks: [],
    vnfcs: [vnfc()],
    inputs: {},
    ...change,
  };
}
