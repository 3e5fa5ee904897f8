/** A VNF whose ports are in VLANs of a physical network: by functions in one flavour, by VLAN devices of the host in another. */
import { afterEach, expect, test, jest } from '@jest/globals';
import { createSimulatedFleet } from '../../src/engine/simulated/simulated-fleet.js';
import { templateOf } from '../../src/engine/simulated/templates.js';
import { hostId } from '../../src/shared/ids.js';
import { systemClock } from '../../src/system.js';
import { bodyOf } from '../api/door.js';
import { createInstance, onboardRouter, operate } from './router.js';
import { startServer, type Server } from './server.js';

jest.setTimeout(120_000);

let server: Server | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const vlanDevice = (id: number) => ({
  ...{ name: `physnet1.${id}`, kind: 'physical' as const },
  vlan: { physicalNetwork: 'physnet1', id, device: `ens1f0.${id}` },
});

const fleet = () =>
  createSimulatedFleet({
    hosts: ['sim-1', 'sim-2'].map((id) => ({
      id: hostId(id),
      ...templateOf({
        cells: { count: 1, cores: 8, threads: 2, memoryMiB: 32768, hugepages: [{ pageSizeKiB: 2048, total: 4096 }] },
        cards: [{ cell: 0, functions: 4, physicalNetwork: 'physnet1' }],
        networks: [{ name: 'mgmt', kind: 'bridge' }, vlanDevice(100), ...(id === 'sim-2' ? [vlanDevice(200)] : [])],
        pools: [{ name: 'berth', capacityMiB: 100_000 }],
      }),
    })),
    clock: systemClock,
  });

const link = (cp: string, segmentationId: string, addresses: object) => ({
  ...{ id: cp, resourceId: 'physnet1' },
  extCps: [
    {
      cpdId: cp,
      cpConfig: {
        [cp]: {
          cpProtocolData: [{ layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet: { segmentationId, ...addresses } }],
        },
      },
    },
  ],
});
const subnet = (subnetId: string) => ({ ipAddresses: [{ type: 'IPV4', numDynamicAddresses: 1, subnetId }] });
const request = (flavourId: string, east: string) => ({
  flavourId,
  extVirtualLinks: [link('west', '100', subnet('10.1.0.0/24')), link('east', east, subnet('10.2.0.0/24'))],
});

interface Info {
  readonly extCpInfo: readonly {
    readonly cpdId: string;
    readonly cpProtocolInfo: readonly [{ readonly ipOverEthernet: object }];
  }[];
}
const infoOf = async (on: Server, id: string) =>
  (await bodyOf(await on.ask(`/vnflcm/v2/vnf_instances/${id}`)))['instantiatedVnfInfo'] as Info;
const ethernetOf = ({ extCpInfo }: Info, cpd: string) =>
  extCpInfo.find(({ cpdId }) => cpdId === cpd)?.cpProtocolInfo[0].ipOverEthernet;

test('ports and functions of one VLAN share its addresses, and a port goes where a device is', async () => {
  server = await startServer({ fleet: fleet(), hosts: 2 });
  const { vnfdId } = await onboardRouter(server);
  const ports = await createInstance(server, vnfdId);
  const made = await operate(server, ports, 'instantiate', request('simple', '200'));
  expect(made).toMatchObject({ operationState: 'COMPLETED' });
  const info = await infoOf(server, ports);
  expect(ethernetOf(info, 'west')).toMatchObject({ segmentationId: '100', ipAddresses: [{ addresses: ['10.1.0.1'] }] });
  expect(ethernetOf(info, 'east')).toMatchObject({ segmentationId: '200' });
  const engine = server.fleet.all().find(({ hostId: id }) => id === 'sim-2')!;
  const domains = await engine.listDomains();
  expect(domains.map(({ name }) => name)).toEqual([expect.stringMatching(/^berth-.*router-0$/)]);

  const functions = await createInstance(server, vnfdId);
  await operate(server, functions, 'instantiate', request('sriov', '200'));
  expect(ethernetOf(await infoOf(server, functions), 'west')).toMatchObject({
    ...{ segmentationId: '100', ipAddresses: [{ addresses: ['10.1.0.2'] }] },
  });

  const nowhere = await createInstance(server, vnfdId);
  const refused = await operate(server, nowhere, 'instantiate', request('simple', '300'));
  expect(refused).toMatchObject({ operationState: 'ROLLED_BACK' });
  expect(JSON.stringify(refused)).toContain('has no VLAN device that is up for network physnet1.300');
});
