/**
 * A Berth without a door: the real workflow on a real SQLite file and simulated hosts, with one onboarded package.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageFiles } from '../../src/artifacts/artifacts.js';
import type { Engines } from '../../src/engine/engines.js';
import { createSimulatedFleet, type SimulatedFleet } from '../../src/engine/simulated/simulated-fleet.js';
import { simulatedHosts } from './simulated-hosts.js';
import { isTerminal, type LcmOpOcc } from '../../src/lifecycle/model.js';
import type { InstantiateVnfRequest } from '../../src/lifecycle/operations/instantiate.js';
import type { ExtVirtualLinkData } from '../../src/lifecycle/requests.js';
import type { Vnfd } from '../../src/vnfd/model.js';
import type { VnfPackage } from '../../src/package/model.js';
import type { Clock } from '../../src/shared/clock.js';
import { installationId, vnfPkgId, type OpOccId } from '../../src/shared/ids.js';
import { silentLog } from '../../src/shared/log.js';
import type { Outcome } from '../../src/shared/outcome.js';

import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../src/store/store.js';
import { deafObserver, type WorkflowObserver } from '../../src/workflow/observer.js';
import type { CapacitySettings } from '../../src/workflow/capacity/capacity-count.js';
import { systemClock } from '../../src/system.js';
import type { HostAdmission } from '../../src/workflow/hosts/admission.js';
import { createWorkflow, defaultWorkflowSettings, type Workflow } from '../../src/workflow/workflow.js';
import { instance, vnfPackage } from './instance.js';
import { everyClaim, everyInstance } from './whole-tables.js';

export const realClock: Clock = systemClock;

const packageId = vnfPkgId(instance().vnfPkgId);

/** Files of packages as far as operations need them: one image on disk. */
function filesIn(dir: string): PackageFiles {
  const image = join(dir, 'image.qcow2');
  writeFileSync(image, 'an image');
  const unused = (): never => {
    throw new Error('operations do not touch archives');
  };
  return {
    open: () => Promise.resolve(),
    stored: () => Promise.resolve([]),
    receive: unused,
    fetch: unused,
    onboard: unused,
    settle: () => Promise.resolve([]),
    archive: unused,
    file: unused,
    zip: unused,
    securityFiles: unused,
    image: unused,
    imagePath: () => image,
    remove: () => Promise.resolve(),
  };
}

const nobodyComes = (): never => {
  throw new Error('no host comes at run time here');
};
const noAdmission: HostAdmission = {
  ...{ read: nobodyComes, admit: nobodyComes, adjust: nobodyComes, readmit: nobodyComes, dismiss: nobodyComes },
  ...{ receive: nobodyComes, held: nobodyComes },
};

const nobodySubscribes = (): never => {
  throw new Error('nobody subscribes here');
};

export interface BerthParts {
  readonly dir: string;
  readonly fleet: SimulatedFleet;
  /** Shared with other replicas; a SQLite file in `dir` when left out. */
  readonly store?: Store;
  readonly leaseMs?: number;
  /** Other than usual. */
  readonly capacity?: Partial<CapacitySettings>;
  /** False: what ran on a host stays down after its reboot. */
  readonly bringBack?: false;
  /** Of the one package; the router's when left out. */
  readonly vnfd?: Vnfd;
  /** The real one when left out. */
  readonly clock?: Clock;
  /** What it wants to be told; nothing when left out. */
  readonly observer?: Partial<WorkflowObserver>;
  /** How store and engines are seen from this Berth; as they are when left out. */
  readonly through?: { readonly store: (store: Store) => Store; readonly engines: (engines: Engines) => Engines };
}

export interface RunningBerth {
  readonly store: Store;
  readonly workflow: Workflow;
  readonly fleet: SimulatedFleet;
  /** Waits until the operation is over or parked. */
  settled(id: OpOccId): Promise<LcmOpOcc>;
  stop(): Promise<void>;
}

export const newFleet = (hosts = 1): SimulatedFleet =>
  createSimulatedFleet({ hosts: simulatedHosts(hosts), clock: realClock });

let owners = 0;

export async function startBerth(parts: BerthParts): Promise<RunningBerth> {
  const {
    dir,
    fleet,
    through,
    store = createSqliteStore({ file: join(dir, 'berth.sqlite'), clock: systemClock }),
  } = parts;
  const { vnfd = vnfPackage().vnfd } = parts;
  await store.open();
  const named = await store.tickInstallation(installationId(crypto.randomUUID()), 0);
  await seed(
    store,
    vnfPackage({ vnfd, softwareImages: vnfPackage().softwareImages.map((each) => ({ ...each, sizeBytes: 8 })) }),
  );
  owners += 1;
  const defaults = defaultWorkflowSettings(`test-${String(owners)}`);
  const { leaseMs = defaults.runner.leaseMs, clock = realClock } = parts;
  const workflow = createWorkflow(
    {
      store: through?.store(store) ?? store,
      files: filesIn(dir),
      engines: through?.engines(fleet) ?? fleet,
      callbacks: { test: nobodySubscribes, deliver: nobodySubscribes },
      admission: noAdmission,
      hosts: fleet.all().map(({ hostId }) => ({
        id: hostId,
        zone: 'zone-1',
        sharedCpuRatio: 4,
        ...(parts.bringBack === false && { bringBack: false }),
      })),
      clock,
      ids: { uuid: () => crypto.randomUUID() },
      log: silentLog,
      observer: { ...deafObserver, ...parts.observer },
      installation: () => named.id,
    },
    {
      ...defaults,
      patienceMs: 0,
      watch: { ...defaults.watch, comebackMs: 20 },
      capacity: { ...defaults.capacity, ...parts.capacity },
      times: { ...defaults.times, guestReadyMs: 500 },
      runner: { ...defaults.runner, leaseMs, goneMs: Math.min(leaseMs, defaults.runner.goneMs), pollMs: 10 },
    },
  );
  await workflow.start();
  return {
    store,
    workflow,
    fleet,
    settled: (id) => settled(store, id),
    stop: async () => {
      await workflow.stop();
      await store.close();
    },
  };
}

async function seed(store: Store, contents: VnfPackage): Promise<void> {
  if ((await store.package(packageId)) !== undefined) return;
  await store.createPackage({ id: packageId, userDefinedData: {}, createdAtMs: 0 });
  await store.beginUpload(packageId, 'seed');
  await store.endUpload(packageId, 1, { sha256: '00', sizeBytes: 1 });
  const leased = await store.leaseOnboarding({ owner: 'seed', inHand: [], lapsed: [] });
  valueOf(await store.completeOnboarding(packageId, leased?.token ?? 0, contents));
}

async function settled(store: Store, id: OpOccId): Promise<LcmOpOcc> {
  for (const limit = realClock.elapsedMs() + 60_000; realClock.elapsedMs() < limit;) {
    const occ = await store.opOcc(id);
    if (occ !== undefined && (isTerminal(occ.operationState) || occ.operationState === 'FAILED_TEMP')) return occ;
    await realClock.sleep(5);
  }
  throw new Error(`operation ${id} neither ended nor parked in 60 s`);
}

/** Unwraps what a test expects to succeed. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`refused: ${JSON.stringify(outcome.problem)}`);
}

const link = (network: string, cpdId: string, subnet: string): ExtVirtualLinkData => ({
  id: `ext-${cpdId}`,
  resourceId: network,
  extCps: [
    {
      cpdId,
      cpConfig: {
        one: {
          cpProtocolData: [
            {
              layerProtocol: 'IP_OVER_ETHERNET',
              ipOverEthernet: { ipAddresses: [{ type: 'IPV4', numDynamicAddresses: 1, subnetId: subnet }] },
            },
          ],
        },
      },
    },
  ],
});

export const instantiateRequest: InstantiateVnfRequest = {
  flavourId: 'simple',
  extVirtualLinks: [link('berth-west', 'west', '10.1.0.0/24'), link('berth-east', 'east', '10.2.0.0/24')],
};

/** What an instance holds in the world, without ids: the same for every run that ends well. */
export interface World {
  readonly domains: readonly string[];
  readonly volumes: number;
  readonly networks: number;
  readonly claims: readonly string[];
  readonly instantiated: unknown;
}

export async function worldOf({ store, fleet }: RunningBerth): Promise<World> {
  const engines = fleet.all();
  const domains = (await Promise.all(engines.map((engine) => engine.listDomains()))).flat();
  const volumes = (await Promise.all(engines.map((engine) => engine.listVolumes('berth')))).flat();
  const networks = (await Promise.all(engines.map((engine) => engine.listNetworks()))).flat();
  const claims = await everyClaim(store);
  const [only] = await everyInstance(store);
  const { scaleLevels, vnfState, vnfcs } = only?.instantiated ?? {};
  return {
    domains: domains.map((domain) => domain.state).sort(),
    volumes: volumes.filter((volume) => !volume.name.startsWith('berth-base-')).length,
    networks: networks.length,
    claims: claims
      .map((claim) => `${claim.kind} ${claim.kind === 'mac' ? '*' : claim.key} x${String(claim.amount)}`)
      .sort(),
    instantiated: vnfcs && { scaleLevels, vnfState, vnfcs: vnfcs.map((vnfc) => [vnfc.vduId, vnfc.index, vnfc.state]) },
  };
}
