/**
 * Telemetry as the root sees it: someone to tell of operations, and the page that Prometheus reads. The page is made
 * from one picture of store and fleet per scrape.
 */
import { fleetWide, type Claim } from '../inventory/model.js';
import type { VnfInstance } from '../lifecycle/model.js';
import type { HostId } from '../shared/ids.js';
import type { Engine } from '../engine/engine.js';
import type { Engines } from '../engine/engines.js';
import type { SteadyClock } from '../shared/clock.js';
import type { Figures } from '../store/figures.js';
import type { Outbox, Store, UnreadableRow } from '../store/store.js';
import type { AuditView } from '../workflow/audit/audit-view.js';
import type { FleetView, WhereaboutsView } from '../workflow/fleet-view.js';
import { catalogue } from './catalogue.js';
import { GuestMetrics } from './guest-metrics.js';
import { countHosts, hostsToShow, mostHosts, showUnreachable } from './large-fleet.js';
import { showAudit } from './audit-metrics.js';
import { showHosts } from './host-metrics.js';
import { Instruments } from './instruments.js';
import { showPlaces } from './place-metrics.js';
import { showInstances, showPackages } from './instance-metrics.js';
import { showProcesses, showStoreSize } from './internal-metrics.js';
import { mostOperations, showOperations } from './open-operations.js';
import { timedEngines, timedStore } from './timed.js';
import { knownVnfcs, showVnfcs } from './vnfc-metrics.js';
import { WorkflowMetrics } from './workflow-metrics.js';

/** What a scrape asks for: each answers what changed since the last one, or a sum, and reads no table whole. */
export interface Remembered extends Figures {
  outbox(): Promise<Outbox>;
  unreadable(): Promise<readonly UnreadableRow[]>;
  claims(): Promise<ReadonlyMap<HostId, readonly Claim[]>>;
  /** Those that are instantiated. */
  instances(): Promise<ReadonlyMap<string, VnfInstance>>;
  readonly whereabouts: WhereaboutsView;
}

/** What goes on in this process. */
export interface OwnWork {
  drivenOperations(): number;
  engines(): readonly Pick<Engine, 'hostId' | 'process'>[];
}

/** The file system that the data directory is on. */
export interface DataDisk {
  readonly folder: string;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** What packages leave free. */
  readonly keptBytes: number;
}

export class TelemetryPage {
  readonly contentType: string;
  private readonly guests: GuestMetrics;
  private rendering: Promise<string> | undefined;

  constructor(
    private readonly to: Instruments,
    private readonly remembered: Remembered,
    private readonly fleet: FleetView,
    private readonly disk: () => Promise<DataDisk | undefined>,
    private readonly droppedLogLines: () => number,
    private readonly audit: Pick<AuditView, 'entries'>,
    private readonly own: OwnWork,
  ) {
    this.contentType = to.registry.contentType;
    this.guests = new GuestMetrics(to);
  }

  /** Scrapes that come while one is made share it. */
  render(): Promise<string> {
    this.rendering ??= this.make().finally(() => {
      this.rendering = undefined;
    });
    return this.rendering;
  }

  requestFinished(method: string, route: string, status: number, seconds: number): void {
    this.to.count(catalogue.httpRequests, { method, route, status: String(status) });
    this.to.time(catalogue.httpDuration, { method, route }, seconds);
  }

  private async make(): Promise<string> {
    const { remembered } = this;
    const [byHost, instances, outbox] = await Promise.all([
      remembered.claims(),
      remembered.instances(),
      remembered.outbox(),
    ]);
    this.showOutbox(outbox);
    await this.showUnreadable();
    await this.showFigures([...instances.values()]);
    showProcesses(this.to, this.own.engines());
    showAudit(this.to, this.audit.entries());
    this.showDisk(await this.disk());
    this.to.replace(catalogue.logDropped, [{ labels: {}, value: this.droppedLogLines() }]);
    const all = this.fleet.hosts();
    countHosts(this.to, all);
    const hosts = hostsToShow(all, byHost).map((host) => ({
      host,
      claims: byHost.get(host.id) ?? [],
      freePages: this.fleet.freePages(host.id) ?? [],
    }));
    const unreachable = this.fleet.unreachable();
    showHosts(this.to, hosts, unreachable.slice(0, mostHosts));
    showUnreachable(this.to, unreachable);
    showMissing(this.to, byHost, this.fleet);
    const known = knownVnfcs([...instances.values()]);
    showVnfcs(this.to, known, this.fleet);
    showPlaces(this.to, known, this.fleet, remembered.whereabouts);
    this.guests.show(known, this.fleet);
    return this.to.registry.metrics();
  }

  private async showFigures(instantiated: readonly VnfInstance[]): Promise<void> {
    const { remembered } = this;
    showOperations(this.to, await remembered.openOperations(mostOperations), this.own.drivenOperations());
    showPackages(this.to, await remembered.packageCounts());
    showInstances(this.to, instantiated, await remembered.idleInstances());
    showStoreSize(this.to, await remembered.size());
  }

  private async showUnreadable(): Promise<void> {
    const byTable = Map.groupBy(await this.remembered.unreadable(), ({ table }) => table);
    this.to.replace(
      catalogue.unreadableRows,
      [...byTable].map(([table, rows]) => ({ labels: { table }, value: rows.length })),
    );
  }

  private showDisk(disk: DataDisk | undefined): void {
    const sample = (valueOf: (of: DataDisk) => number) =>
      disk === undefined ? [] : [{ labels: { folder: disk.folder }, value: valueOf(disk) }];
    const below = ({ freeBytes, keptBytes }: DataDisk): number => (freeBytes < keptBytes ? 1 : 0);
    this.to.replace(
      catalogue.dataSize,
      sample(({ sizeBytes }) => sizeBytes),
    );
    this.to.replace(
      catalogue.dataFree,
      sample(({ freeBytes }) => freeBytes),
    );
    this.to.replace(
      catalogue.dataReserve,
      sample(({ keptBytes }) => keptBytes),
    );
    this.to.replace(catalogue.dataBelowReserve, sample(below));
  }

  private showOutbox({ pending, oldestAtMs = 0 }: Outbox): void {
    this.to.replace(catalogue.notificationsPending, [{ labels: {}, value: pending }]);
    this.to.replace(catalogue.notificationsOldest, [{ labels: {}, value: oldestAtMs / 1000 }]);
  }
}

const nothingAudited: Pick<AuditView, 'entries'> = { entries: () => [] };
const idle: OwnWork = { drivenOperations: () => 0, engines: () => [] };
function showMissing(to: Instruments, byHost: ReadonlyMap<HostId, readonly Claim[]>, fleet: FleetView): void {
  const missing = [...byHost].filter(([id]) => id !== fleetWide && !fleet.isConfigured(id));
  to.replace(
    catalogue.hostMissing,
    missing.map(([host, claims]) => ({ labels: { host }, value: new Set(claims.map(({ vnfcId }) => vnfcId)).size })),
  );
}

/** One set of instruments; the page comes when store and fleet are there. */
export function createTelemetry(
  version: string,
  droppedLogLines: () => number = () => 0,
): {
  /** For the workflow to tell. */
  readonly operations: WorkflowMetrics;
  store(store: Store, clock: Pick<SteadyClock, 'elapsedMs'>): Store;
  engines(engines: Engines, clock: Pick<SteadyClock, 'elapsedMs'>): Engines;
  page(
    remembered: Remembered,
    fleet: FleetView,
    disk: () => Promise<DataDisk | undefined>,
    audit?: Pick<AuditView, 'entries'>,
    own?: OwnWork,
  ): TelemetryPage;
} {
  const instruments = new Instruments();
  instruments.replace(catalogue.buildInfo, [{ labels: { version }, value: 1 }]);
  return {
    operations: new WorkflowMetrics(instruments),
    store: (store, clock) => timedStore(instruments, store, clock),
    engines: (engines, clock) => timedEngines(instruments, engines, clock),
    page: (remembered, fleet, disk, audit = nothingAudited, own = idle) =>
      new TelemetryPage(instruments, remembered, fleet, disk, droppedLogLines, audit, own),
  };
}
