/**
 * Refusals by what a host is: its hypervisor, its networks, its pools.
 */
import type { Host } from '../../src/inventory/model.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { demand, host, question } from '../builders/placement.js';
import type { RefusalCase } from './refusals.js';

const facts = (one: Host, change: Partial<Host['facts']>): Host => ({ ...one, facts: { ...one.facts, ...change } });

export const ofHosts: readonly RefusalCase[] = [
  {
    title: 'A pool that nobody named',
    situation: 'Berth’s own pool is small; there is another one, which the configuration does not name.',
    hosts: [
      facts(host('host-01', { poolMiB: 1000 }), {
        pools: [
          { name: 'berth', path: '/srv/berth', capacityMiB: 1000, availableMiB: 1000 },
          {
            ...{ name: 'default', path: '/srv/images', capacityMiB: 500_000, availableMiB: 500_000 },
            unusedBecause: 'the configuration does not name it (pools of the host)',
          },
        ],
      }),
    ],
    request: question([demand('log-1', { diskMiB: 20_000, baseImages: [{ sha256: 'ab', sizeMiB: 700 }] })]),
    refusedBy: 'disk',
  },
  {
    title: 'Devices of a passthrough network',
    situation: 'The network hands out one device of the host, and vnf-a has it.',
    hosts: [facts(host('host-01'), { networks: [{ name: 'uplink', kind: 'physical', devices: 1 }] })],
    claims: [
      {
        ...({ hostId: hostId('host-01'), kind: 'network', key: 'uplink', exclusive: false, amount: 1 } as const),
        ...{
          allocationId: allocationId('vnf-a-vnfc'),
          vnfcId: vnfcId('vnf-a-vnfc'),
          vnfInstanceId: vnfInstanceId('vnf-a'),
          opOccId: opOccId('earlier'),
        },
      },
    ],
    request: question([demand('fw-1', { networks: ['uplink'], macvtapNetworks: ['uplink'] })]),
    refusedBy: 'network-devices',
  },
  {
    title: 'A network of PCI functions',
    situation: 'The network is one of forward mode hostdev.',
    hosts: [facts(host('host-01'), { networks: [{ name: 'vfs', kind: 'hostdev' }] })],
    request: question([demand('fw-1', { networks: ['vfs'] })]),
    refusedBy: 'networks',
  },
  {
    title: 'More vCPUs than a domain may have',
    situation: 'QEMU of the host gives 288 vCPUs to a domain.',
    hosts: [facts(host('host-01', { sharedCpuRatio: 200 }), { mostVcpus: 288 })],
    request: question([demand('big-1', { vcpus: 400 })]),
    refusedBy: 'hypervisor-limits',
  },
  {
    title: 'A host of an architecture that Berth makes no domains of',
    situation: 'The VDU says nothing of its architecture.',
    hosts: [facts(host('host-01'), { architecture: 'aarch64' })],
    request: question([demand('fw-1')]),
    refusedBy: 'architecture',
  },
];
