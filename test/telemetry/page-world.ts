/** The page of metrics over a world of one host and one VNFC that a test changes. */
import type { DomainStats } from '../../src/engine/engine.js';
import type { Claim, Host } from '../../src/inventory/model.js';
import type { VnfInstance } from '../../src/lifecycle/model.js';
import { allocationId, hostId, opOccId, vnfInstanceId, type VnfcId } from '../../src/shared/ids.js';
import type { Outbox } from '../../src/store/subscriptions.js';
import type { StoreTrouble } from '../../src/store/trouble.js';
import { createTelemetry, type DataDisk, type Remembered } from '../../src/telemetry/telemetry.js';
import type { Capacities } from '../../src/workflow/capacity/capacity-view.js';
import type { DomainView, FleetView, FoundVnfc } from '../../src/workflow/hosts/fleet-view.js';
import { instance } from '../builders/instance.js';
import { host } from '../builders/placement.js';
import { firstVnfc, instantiated } from '../builders/vnfc.js';
import { systemClock } from '../../src/system.js';

export const stats = (change: Partial<DomainStats> = {}): DomainStats => ({
  uuid: firstVnfc,
  name: 'edge-router-0',
  state: 'running',
  cpuTimeSeconds: 12.5,
  vcpus: [{ index: 0, timeSeconds: 11 }],
  memoryBytes: 268435456,
  memoryRssBytes: 1000,
  interfaces: [
    {
      device: 'vnet1',
      mac: '52:54:00:00:00:01',
      rxBytes: 4200,
      rxPackets: 42,
      rxErrors: 1,
      rxDropped: 2,
      txBytes: 4100,
      txPackets: 41,
      txErrors: 3,
      txDropped: 4,
    },
  ],
  blocks: [
    {
      target: 'vda',
      readBytes: 10,
      readRequests: 1,
      writeBytes: 20,
      writeRequests: 2,
      allocationBytes: 30,
      capacityBytes: 40,
    },
  ],
  ...change,
});

export const view = (change: Partial<DomainView> = {}): DomainView => ({
  state: 'running',
  reason: 'booted',
  agentConnected: true,
  ...change,
});

export interface World {
  stats: readonly DomainStats[];
  view: DomainView | undefined;
  isSeen: boolean;
  unreachable: ReturnType<FleetView['unreachable']>;
  claims: readonly Claim[];
  outbox: Outbox;
  disk: DataDisk | undefined;
  hosts: readonly Host[];
  instances: readonly VnfInstance[];
  /** Of each VNFC, in place of `view`. */
  views: ReadonlyMap<VnfcId, DomainView>;
  trouble: StoreTrouble | undefined;
  found: FoundVnfc | undefined;
  capacities: Capacities | undefined;
}

export function open(start: Partial<World> = {}) {
  const world: World = {
    stats: [stats()],
    view: view(),
    isSeen: true,
    unreachable: [],
    claims: [],
    outbox: { pending: 0 },
    disk: undefined,
    hosts: [host('host-1', { pages2MiB: 1024 })],
    instances: [instance({ instantiated: instantiated() })],
    views: new Map(),
    trouble: undefined,
    found: undefined,
    capacities: undefined,
    ...start,
  };
  const fleet: FleetView = {
    hosts: () => world.hosts,
    host: (id) => world.hosts.find((host) => host.id === id),
    domain: ({ id }) => world.views.get(id) ?? world.view,
    whyUnreachable: () => undefined,
    unreachable: () => world.unreachable,
    isSeen: () => world.isSeen,
    waitsFor: () => undefined,
    drift: () => [],
    isConfigured: (id) => id === 'host-1',
    stats: () => [{ hostId: hostId('host-1'), stats: world.stats }],
    freePages: () => [{ cell: 0, pageSizeKiB: 2048, free: 1000 }],
  };
  const remembered: Remembered = {
    claims: async () => Map.groupBy(world.claims, (each) => each.hostId),
    instances: async () => new Map(world.instances.map((each) => [each.id, each])),
    outbox: () => (world.trouble === undefined ? Promise.resolve(world.outbox) : Promise.reject(world.trouble)),
    unreadable: async () => [],
    capacities: { last: () => world.capacities },
    whereabouts: { on: () => new Map(world.found && [[firstVnfc, world.found]]) },
    openOperations: async () => ({ counts: [], waiting: 0, longest: [] }),
    packageCounts: async () => new Map(),
    idleInstances: async () => 0,
    size: async () => ({ database: 'sqlite', bytes: 1 }),
  };
  const telemetry = createTelemetry('1.2.3', systemClock, () => 7);
  const page = telemetry.page(remembered, fleet, () => Promise.resolve(world.disk));
  return {
    world,
    operations: telemetry.operations,
    page: { render: () => textOf(page.render()) },
    /** Another page, made without anything of an earlier one. */
    fresh: () => open(structuredClone(world)).page.render(),
  };
}

export const textOf = async (page: Promise<Uint8Array>): Promise<string> => Buffer.from(await page).toString();

export const claim = (change: Partial<Claim>): Claim => ({
  hostId: hostId('host-1'),
  kind: 'cpu',
  cell: 0,
  key: '2',
  exclusive: true,
  amount: 1,
  allocationId: allocationId(firstVnfc),
  vnfcId: firstVnfc,
  vnfInstanceId: vnfInstanceId('i'),
  opOccId: opOccId('o'),
  ...change,
});

/** Samples of a metric: labels in braces, then the value. */
export const lines = (page: string, name: string): string[] =>
  page.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));

export const value = (page: string, name: string, ...labels: string[]): string | undefined =>
  lines(page, name)
    .find((line) => labels.every((label) => line.includes(label)))
    ?.split(' ')
    .at(-1);
