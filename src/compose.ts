/**
 * The composition root: every port gets its implementation here and nowhere else.
 */
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { ReadinessCheck } from './api/ports.js';
import { defaultCsarLimits } from './artifacts/csar-limits.js';
import { defaultFetchRules } from './artifacts/fetch-archive.js';
import { PackageStore } from './artifacts/package-store.js';
import { ReadingProcesses } from './artifacts/reading-processes.js';
import type { BerthConfig, UploadConfig } from './config/config.js';
import { Door } from './compose-door.js';
import { forCallers } from './compose-callers.js';
import { composeBackups } from './compose-backup.js';
import { composeFleet, type ComposedFleet } from './compose-fleet.js';
import { tellDifferences } from './compose-restored.js';
import { composeSignatures } from './compose-signatures.js';
import { composeInstallation, lastTick, openDatabase } from './compose-installation.js';
import { composeStore, uniqueOwner } from './compose-store.js';
import { composeMetricsPage } from './compose-telemetry.js';
import { HttpCallbacks } from './notify/http-callbacks.js';
import { forTheTenant, systemCaller } from './shared/caller.js';
import { GiB, MiB } from './shared/units.js';
import type { StoreConnection } from './store/connection.js';
import { randomIds, systemClock } from './system.js';
import { createTelemetry } from './telemetry/telemetry.js';
import { retentionOf } from './workflow/background/tasks/retention.js';
import { createWorkflow, defaultWorkflowSettings, type Workflow, type WorkflowSettings } from './workflow/workflow.js';

export interface Berth {
  /** Recovers, connects, listens; resolves with the origin that answers. */
  start(): Promise<string>;
  /** Requests and steps under way end; virtual machines keep running. */
  stop(): Promise<void>;
  /** Files that others rotate or renew are looked at now: the certificate. */
  lookAgain(): Promise<void>;
}

/**
 * `fleet`: other than the configured one, for tests that want a hand on simulated hosts. `droppedLogLines`: how many lines
 * of `log` were dropped so far.
 */
export async function compose(
  config: BerthConfig,
  token: string,
  log: Logger,
  fleet: ComposedFleet = composeFleet(config, systemClock),
  droppedLogLines: () => number = () => 0,
): Promise<Berth> {
  const door = await Door.open(config, log, systemClock);
  const { store: untimed, ...database } = await composeStore(config, fleet, log, systemClock);
  const telemetry = createTelemetry(version(), systemClock, droppedLogLines);
  const stores = forTheTenant(telemetry.store(untimed));
  const store = stores.for(systemCaller('berth'));
  const engines = telemetry.engines(fleet.engines);
  const signatures = await composeSignatures(config.signatures, systemClock, log);
  const { limits, fetchRules } = uploadRules(config.uploads);
  const reading = new ReadingProcesses(systemClock);
  const files = new PackageStore(fleet.stateDir, reading.read, limits, signatures, fetchRules);
  const installation = composeInstallation({ ...database, store, files }, config, fleet);
  const workflow = createWorkflow(
    {
      store: stores.for(systemCaller('workflow')),
      files,
      engines,
      callbacks: new HttpCallbacks({ ...config.callbacks, publicUrl: config.publicUrl }, systemClock),
      hosts: fleet.hosts,
      admission: fleet.admission,
      clock: systemClock,
      ids: randomIds,
      log,
      observer: telemetry.operations,
      installation: () => installation.id,
    },
    workflowSettings(config),
  );
  const backups = composeBackups(store, fleet.stateDir, version(), log, systemClock);
  const disk = { folder: fleet.stateDir, keptFreeBytes: limits.keptFreeBytes };
  await door.lead({
    ...{ store: stores, ...forCallers({ ...workflow, files, backups }) },
    metrics: composeMetricsPage(telemetry, { store, fleet, engines, workflow, disk, door }, log),
    readiness: readiness(store, workflow),
    options: door.optionsOf(token, version()),
  });
  return {
    start: async () => {
      await openDatabase(store, installation, log);
      await backups.open();
      await workflow.start();
      void tellDifferences(fleet.stateDir, workflow, log);
      return door.listen(workflow.background);
    },
    lookAgain: () => door.lookAgain(),
    stop: async () => {
      await door.close();
      await workflow.stop();
      await reading.close();
      await lastTick(installation, log);
      await store.close();
    },
  };
}

const workflowSettings = ({ strategy, retention: { operations, days } }: BerthConfig): WorkflowSettings => ({
  ...defaultWorkflowSettings(uniqueOwner()),
  strategy,
  retention: retentionOf(operations, days),
});

const uploadRules = ({ packageGiB, reserveMiB, allowed, onlyAllowed, fetchSeconds }: UploadConfig) => ({
  limits: {
    ...defaultCsarLimits,
    archiveBytes: packageGiB * GiB,
    totalBytes: 2 * packageGiB * GiB,
    keptFreeBytes: reserveMiB * MiB,
  },
  fetchRules: { ...defaultFetchRules, allowed, onlyAllowed, totalMs: fetchSeconds * 1000 },
});

/** A host out of reach does not make Berth unready; not knowing any host does, for nothing could be placed. */
const readiness = (store: Pick<StoreConnection, 'ping'>, { fleet }: Workflow): readonly ReadinessCheck[] => [
  {
    name: 'store',
    check: async () => {
      await store.ping();
      return undefined;
    },
  },
  {
    name: 'hosts',
    check: () => {
      const unknown = fleet.unknownHosts();
      // A fleet without hosts is ready for the first one to be added.
      const none = unknown.length > 0 && unknown.length === fleet.hostCount();
      return Promise.resolve(none ? `nothing is known of any host yet: ${unknown.join(', ')}` : undefined);
    },
  },
];

/** package.json stands beside both src/ and dist/. */
function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
