/**
 * A simulated host with one card of two functions, and a router that takes both.
 */
import { createSimulatedFleet } from '../../src/engine/simulated/simulated-fleet.js';
import { templateOf } from '../../src/engine/simulated/templates.js';
import { hostId } from '../../src/shared/ids.js';
import { systemClock } from '../../src/system.js';
import { bodyOf } from '../api/door.js';
import { until, type Server } from './server.js';

export const fleetWithCard = () =>
  createSimulatedFleet({
    hosts: [
      {
        id: hostId('sim-1'),
        ...templateOf({
          cells: { count: 1, cores: 8, threads: 2, memoryMiB: 32768, hugepages: [{ pageSizeKiB: 2048, total: 4096 }] },
          cards: [{ cell: 0, functions: 2, physicalNetwork: 'physnet1' }],
          networks: [{ name: 'mgmt', kind: 'bridge' }],
          pools: [{ name: 'berth', capacityMiB: 100_000 }],
        }),
      },
    ],
    clock: systemClock,
  });

const link = (cp: string, net: string) => ({
  ...{ id: cp, resourceId: 'physnet1' },
  extCps: [{ cpdId: cp, cpConfig: { [cp]: { cpProtocolData: [protocolData(net)] } } }],
});
const protocolData = (net: string) => ({
  layerProtocol: 'IP_OVER_ETHERNET',
  ipOverEthernet: { ipAddresses: [{ type: 'IPV4', fixedAddresses: [`${net}.1`], subnetId: `${net}.0/24` }] },
});
export const request = { flavourId: 'sriov', extVirtualLinks: [link('west', '10.1.0'), link('east', '10.2.0')] };

export interface Fn {
  readonly address: string;
  readonly available: boolean;
  readonly driver?: string;
  readonly state: string;
  readonly vnfcId?: string;
  readonly quarantine?: { readonly reason: string; readonly repair: string };
}
export const functionsOf = async (on: Server) =>
  (await bodyOf(await on.ask('/nfvi/v1/hosts/sim-1')))['pciFunctions'] as readonly Fn[];

/** A reading of the host, which events of its devices bring within seconds, and its round within a minute. */
export const read = (on: Server, done: (all: readonly Fn[]) => boolean): Promise<readonly Fn[]> =>
  until(() => functionsOf(on), done, 'the host is not read as expected', 60_000);
