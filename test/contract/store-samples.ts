/**
 * Records for the store's contract, small and whole: a test shows only what matters to it.
 */
import type { Claim, HostFacts } from '../../src/inventory/model.js';
import type { LcmOpOcc, LcmPlan, VnfInstance } from '../../src/lifecycle/model.js';
import type { VnfPackage } from '../../src/package/model.js';
import {
  allocationId,
  hostId,
  opOccId,
  subscriptionId,
  vnfInstanceId,
  vnfPkgId,
  vnfcId,
  vnfdId,
} from '../../src/shared/ids.js';
import type { SharedWork, Take } from '../../src/store/lease.js';
import type { PlanCommit } from '../../src/store/operations.js';
import type { Store } from '../../src/store/store.js';
import type { SubscriptionTo } from '../../src/subscription/model.js';
import type { PkgmNotificationsFilter } from '../../src/subscription/package-filter.js';
import { everyPackage } from '../builders/whole-tables.js';

export const samplePackage = (id = 'vnfd-1'): VnfPackage => ({
  vnfd: {
    id: vnfdId(id),
    version: '1.0',
    provider: 'Acme',
    productName: 'Router',
    softwareVersion: '1.0',
    vnfmInfo: ['berth'],
    toscaVersion: 'tosca_simple_yaml_1_3',
    flavours: [],
    defaultFlavourId: 'simple',
  },
  entryDefinitions: 'Definitions/router.yaml',
  vnfdFiles: ['Definitions/router.yaml'],
  metadata: {},
  compatibleSpecificationVersions: [],
  securityOption: 'OPTION_1',
  softwareImages: [],
  additionalArtifacts: [],
  findings: [],
});

export const sampleInstance = (id: string, pkg: string): VnfInstance => ({
  id: vnfInstanceId(id),
  vnfInstanceName: `name of ${id}`,
  vnfPkgId: vnfPkgId(pkg),
  vnfdId: vnfdId('vnfd-1'),
  vnfProvider: 'Acme',
  vnfProductName: 'Router',
  vnfSoftwareVersion: '1.0',
  vnfdVersion: '1.0',
  metadata: { tenant: 'blue' },
  extensions: {},
  vnfConfigurableProperties: {},
  revision: 1,
});

export const sampleOperation = (id: string, instance: string, startTimeMs = 1000): LcmOpOcc => ({
  id: opOccId(id),
  vnfInstanceId: vnfInstanceId(instance),
  operation: 'INSTANTIATE',
  operationState: 'STARTING',
  startTimeMs,
  stateEnteredTimeMs: startTimeMs,
  isAutomaticInvocation: false,
  operationParams: { flavourId: 'simple' },
  isCancelPending: false,
  revision: 1,
});

export const samplePlan: LcmPlan = {
  vnfcs: [],
  links: [],
  order: 'add-first',
  steps: [
    {
      id: 'vnfc/a/start-domain',
      kind: 'start-domain',
      stage: 1,
      lane: 'a',
      timeoutMs: 1000,
      input: { serialLog: 'a' },
    },
  ],
  rollbackSupported: true,
};

/** An exclusive CPU claim of a VNFC named after its operation, whose allocation has its name, too. */
export const cpuClaim = (operation: string, cpu: number, changed: Partial<Claim> = {}): Claim => ({
  hostId: hostId('h1'),
  kind: 'cpu',
  cell: 0,
  key: String(cpu),
  exclusive: true,
  amount: 1,
  allocationId: allocationId(`vnfc-of-${operation}`),
  vnfcId: vnfcId(`vnfc-of-${operation}`),
  vnfInstanceId: vnfInstanceId(`instance-of-${operation}`),
  opOccId: opOccId(operation),
  ...changed,
});

export const planCommit = (operation: string, claims: readonly Claim[], generation = 1): PlanCommit => ({
  opOccId: opOccId(operation),
  token: 1,
  plan: samplePlan,
  claims,
  generations: [{ hostId: hostId('h1'), generation }],
  explanation: { decision: 'placed' },
  nowMs: 2000,
});

/** A host of one cell with 4 CPUs, 1024 MiB and 8 pages of 2 MiB. */
export const smallFacts: HostFacts = {
  hostname: 'h1',
  uuid: '00000000-0000-4000-8000-000000000001',
  architecture: 'x86_64',
  cpuModel: 'test',
  cpuVendor: 'test',
  cpuFeatures: [],
  hypervisor: { name: 'simulated', version: '1', libvirtVersion: '9.0.0', type: 'simulated' },
  acceleration: {
    kind: 'simulated',
    technology: 'none',
    reason: 'a test',
    overridden: false,
    probeKey: 'test',
    probedAtMs: 0,
  },
  cells: [
    {
      id: 0,
      memoryMiB: 1024,
      cpus: [0, 1, 2, 3].map((id) => ({ id, socket: 0, core: id, siblings: [id] })),
      hugepages: [{ pageSizeKiB: 2048, total: 8, foreign: 0 }],
      distances: [10],
    },
  ],
  pciFunctions: [],
  pools: [],
  networks: [],
  machines: [],
  capabilities: [],
};

/** To changes of packages, with a secret. */
export const sampleSubscription = (id: string, filter?: PkgmNotificationsFilter): SubscriptionTo<'vnfpkgm'> => ({
  id: subscriptionId(id),
  api: 'vnfpkgm',
  callbackUri: `http://${id}.example/notify?key=hidden`,
  authentication: { kind: 'basic', userName: 'u', password: 'hidden' },
  apiRoot: 'http://berth/vnfpkgm/v2',
  apiVersion: '2.1.0',
  createdAtMs: 1,
  ...(filter && { filter }),
});

/** Onboards `id` with a VNFD of its own and answers its id. */
export async function onboard(store: Store, id = 'p1', vnfd = 'vnfd-1') {
  const pkg = await processed(store, id);
  await store.completeOnboarding(pkg, 2, samplePackage(vnfd));
  return pkg;
}

/** What nobody has in hand. */
export const freeOnly = (owner: string): Take => ({ owner, inHand: [], lapsed: [] });

/** As somebody asks who has watched all that is held or rests for long enough. */
export async function lapsedToo(store: Store, work: SharedWork, owner: string): Promise<Take> {
  return { owner, inHand: [], lapsed: await store.occupied(work, '') };
}

/** A package in PROCESSING, leased by `me` under its second token. */
export async function processed(store: Store, id = 'p1') {
  const pkg = vnfPkgId(id);
  await store.createPackage({ id: pkg, userDefinedData: {}, createdAtMs: 1 });
  await store.beginUpload(pkg, 'me');
  await store.endUpload(pkg, 1, { sha256: 'ab', sizeBytes: 3 });
  await store.leaseOnboarding(freeOnly('me'));
  return pkg;
}

/** An instance with an operation in STARTING, leased by `me` under its first token. */
export async function begun(store: Store, ...operations: readonly string[]): Promise<void> {
  const pkg = (await everyPackage(store))[0]?.id ?? (await onboard(store));
  for (const operation of operations) {
    await store.createInstance(sampleInstance(`instance-of-${operation}`, pkg));
    await store.beginOperation(sampleOperation(operation, `instance-of-${operation}`), 'NOT_INSTANTIATED');
    await store.leaseOperation(freeOnly('me'));
  }
}
