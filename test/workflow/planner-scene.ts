/**
 * A planner on hosts and a store made by hand, and requests for it.
 */
import { type Host } from '../../src/inventory/model.js';
import type { LcmOpOcc, VnfInstance } from '../../src/lifecycle/model.js';
import type { InstantiateVnfRequest } from '../../src/lifecycle/operations/instantiate.js';
import type { IpAddressData } from '../../src/lifecycle/requests.js';
import { installationId, opOccId, vnfInstanceId } from '../../src/shared/ids.js';
import type { Vnfd } from '../../src/vnfd/model.js';
import { KeptCapacity } from '../../src/workflow/capacity/kept-capacity.js';
import { Planner, type PlannerPorts } from '../../src/workflow/planner.js';
import { FakeClock } from '../builders/fake-clock.js';
import { countingIds, instance } from '../builders/instance.js';
import { host } from '../builders/placement.js';
import { occOf } from './driven.js';
import { HandFleet, HandStore, packageRecord } from './hand-store.js';

/** A host on which this many routers have room: each takes 128 pages of 2 MiB. */
export const hostFor = (routers: number): Host => host('host-1', { cells: 1, pages2MiB: 128 * routers });

const range = (net: string, last = 9): IpAddressData => ({
  ...{ type: 'IPV4', addressRange: { minAddress: `10.${net}.0.1`, maxAddress: `10.${net}.0.${String(last)}` } },
});

interface Wish {
  readonly network?: string;
  readonly macAddress?: string;
  /** The last address of the range of `west`. */
  readonly last?: number;
}

export function request({ network = 'data', macAddress, last = 9 }: Wish = {}): InstantiateVnfRequest {
  const mac = macAddress === undefined ? {} : { macAddress };
  const on = (cpdId: string, ip: IpAddressData, ethernet: object = {}) => ({
    id: cpdId,
    resourceId: network,
    extCps: [
      {
        cpdId,
        cpConfig: {
          one: {
            cpProtocolData: [
              { layerProtocol: 'IP_OVER_ETHERNET' as const, ipOverEthernet: { ...ethernet, ipAddresses: [ip] } },
            ],
          },
        },
      },
    ],
  });
  return { flavourId: 'simple', extVirtualLinks: [on('west', range('1', last), mac), on('east', range('2'))] };
}

interface Scene {
  readonly operation?: ConstructorParameters<typeof Planner>[1];
  readonly hosts?: readonly Host[];
  readonly vnfd?: Vnfd;
  readonly firstLook?: () => Promise<void>;
}

export function scene({ hosts = [hostFor(4)], vnfd, operation, firstLook = async () => undefined }: Scene = {}) {
  const store = new HandStore(hosts);
  const clock = new FakeClock();
  const told: string[] = [];
  const ports: PlannerPorts = {
    store,
    index: new KeptCapacity(new HandFleet(hosts), store),
    firstLook,
    sight: () => 'running',
    clock,
    observer: {
      placementSearched: () => told.push('searched'),
      placementWritten: (operation, result, ms) => told.push(`${operation} ${result} ${String(ms)}`),
      placementRefused: (operation, by) => told.push(`${operation} refused by ${by}`),
    },
    ids: countingIds(),
    installation: () => installationId('1c0ffee0-0000-4000-8000-000000000000'),
    times: { uploadMs: 1, callMs: 1, guestReadyMs: 1 },
    strategy: 'pack',
    budget: 20_000,
  };
  const planner = operation === undefined ? new Planner(ports) : new Planner(ports, operation);
  const wanted = (name: string, change: Partial<VnfInstance> = {}): VnfInstance => {
    const of = instance({ id: vnfInstanceId(name), ...change });
    store.instances.set(of.id, of);
    store.packages.set(of.vnfPkgId, packageRecord(of.vnfPkgId, vnfd));
    return of;
  };
  const plan = (occ: LcmOpOcc, token = 7) => planner.planAndCommit(occ, token);
  const instantiate = (name: string, wish: Wish = {}) => {
    wanted(name);
    return plan(occOfInstance(name, 'INSTANTIATE', request(wish)));
  };
  return { store, clock, told, wanted, plan, instantiate };
}

export const occOfInstance = (name: string, operation: LcmOpOcc['operation'], params: object): LcmOpOcc =>
  occOf({
    id: opOccId(`op-${name}`),
    vnfInstanceId: vnfInstanceId(name),
    operation,
    operationState: 'STARTING',
    operationParams: params as Readonly<Record<string, unknown>>,
  });
