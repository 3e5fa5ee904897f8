/**
 * The page of metrics: from store, fleet, disk and what goes on in this process.
 */
import { diskRoom } from './artifacts/disk-room.js';
import type { ComposedFleet } from './compose-fleet.js';
import type { Engines } from './engine/engines.js';
import { errorText } from './shared/error-text.js';
import type { Log } from './shared/log.js';
import type { Store } from './store/store.js';
import type { Certificate } from './telemetry/internal-metrics.js';
import type { createTelemetry, DataDisk, Remembered, TelemetryPage } from './telemetry/telemetry.js';
import type { Workflow } from './workflow/workflow.js';

export interface Shown {
  readonly store: Store;
  readonly engines: Engines;
  readonly fleet: Pick<ComposedFleet, 'processes'>;
  readonly workflow: Workflow;
  /** Where database and packages lie, and what packages leave free there. */
  readonly disk: { readonly folder: string; readonly keptFreeBytes: number };
  readonly door: {
    readonly certificates: Certificate | undefined;
    readonly auditLog: { readonly lost: number } | undefined;
  };
}

export function composeMetricsPage(
  telemetry: ReturnType<typeof createTelemetry>,
  { store, fleet, engines, workflow, disk, door }: Shown,
  log: Log,
): TelemetryPage {
  const own = {
    drivenOperations: () => workflow.drivenOperations(),
    engines: () => engines.all(),
    ...(fleet.processes && { processes: fleet.processes }),
    background: workflow.background,
    certificate: () => door.certificates,
    auditLinesLost: () => door.auditLog?.lost,
  };
  const dataDisk = () => measured(disk.folder, disk.keptFreeBytes, log);
  return telemetry.page(remembered(store, workflow), workflow.fleet, dataDisk, workflow.audit, own);
}

const remembered = (store: Store, { instances, claims, whereabouts, capacities }: Workflow): Remembered => ({
  outbox: () => store.outbox(),
  unreadable: () => store.unreadable(),
  claims: () => claims.byHost(),
  instances: () => instances.now(),
  whereabouts,
  capacities,
  openOperations: (longest) => store.openOperations(longest),
  packageCounts: () => store.packageCounts(),
  idleInstances: () => store.idleInstances(),
  size: () => store.size(),
});

/** A directory that cannot be looked at costs its own samples only. */
async function measured(folder: string, keptFreeBytes: number, log: Log): Promise<DataDisk | undefined> {
  try {
    const room = await diskRoom(folder, keptFreeBytes);
    return room && { folder, ...room };
  } catch (error) {
    log.warn({ folder, cause: errorText(error) }, 'the disk of the data directory cannot be measured');
    return undefined;
  }
}
