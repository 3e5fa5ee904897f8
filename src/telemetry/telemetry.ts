/**
 * Telemetry as the root sees it: someone to tell of operations, and the page that Prometheus reads. The page is made
 * from one picture of store and fleet per scrape.
 */
import { fleetWide, type Claim } from '../inventory/model.js';
import type { VnfInstance } from '../lifecycle/model.js';
import type { HostId } from '../shared/ids.js';
import type { Engine, EngineProcesses } from '../engine/engine.js';
import type { Engines } from '../engine/engines.js';
import type { SteadyClock, Timers } from '../shared/clock.js';
import type { Figures, OpenOperations, StoreSize } from '../store/figures.js';
import type { UnreadableRow } from '../store/connection.js';
import type { Store } from '../store/store.js';
import type { Outbox } from '../store/subscriptions.js';
import { StoreTrouble } from '../store/trouble.js';
import type { AuditView } from '../workflow/audit/audit-view.js';
import type { BackgroundView } from '../workflow/background/background-view.js';
import type { CapacityView } from '../workflow/capacity/capacity-view.js';
import type { FleetView, WhereaboutsView } from '../workflow/hosts/fleet-view.js';
import { showCapacities } from './capacity-metrics.js';
import { catalogue } from './catalogue.js';
import { GuestMetrics } from './guest-metrics.js';
import { countHosts, hostsToShow, mostHosts, showUnreachable } from './large-fleet.js';
import { showAudit } from './audit-metrics.js';
import { showHosts } from './host-metrics.js';
import { Instruments, type Section } from './instruments.js';
import { showPlaces } from './place-metrics.js';
import { showInstances, showPackages } from './instance-metrics.js';
import { showCertificate, showPools, showProcesses, showStoreSize, type Certificate } from './internal-metrics.js';
import { mostOperations, showOperations } from './open-operations.js';
import { showTasks } from './task-metrics.js';
import { timedEngines, timedStore } from './timed.js';
import { knownVnfcs } from './known-vnfcs.js';
import type { Steps } from './steps.js';
import { showVnfcs } from './vnfc-metrics.js';
import { WorkflowMetrics } from './workflow-metrics.js';
import { SharedRun } from '../shared/shared-run.js';

/** What a scrape asks for: each answers what changed since the last one, or a sum, and reads no table whole. */
export interface Remembered extends Figures {
  outbox(): Promise<Outbox>;
  unreadable(): Promise<readonly UnreadableRow[]>;
  claims(): Promise<ReadonlyMap<HostId, readonly Claim[]>>;
  /** Those that are instantiated. */
  instances(): Promise<ReadonlyMap<string, VnfInstance>>;
  readonly whereabouts: WhereaboutsView;
  readonly capacities: CapacityView;
}

/** All that a page takes from the database. */
interface Read {
  readonly byHost: ReadonlyMap<HostId, readonly Claim[]>;
  readonly instances: ReadonlyMap<string, VnfInstance>;
  readonly outbox: Outbox;
  readonly unreadable: readonly UnreadableRow[];
  readonly open: OpenOperations;
  readonly packages: ReadonlyMap<string, number>;
  readonly idle: number;
  readonly size: StoreSize;
}

/** What goes on in this process. */
export interface OwnWork {
  drivenOperations(): number;
  engines(): readonly Pick<Engine, 'hostId' | 'process'>[];
  readonly processes?: EngineProcesses;
  background?: Pick<BackgroundView, 'states'>;
  /** Undefined: the listener has none. */
  certificate?(): Certificate | undefined;
  /** Undefined: there is no audit log. */
  auditLinesLost?(): number | undefined;
}

/** The file system that the data directory is on. */
export interface DataDisk {
  readonly folder: string;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** What packages leave free. */
  readonly keptBytes: number;
}

/** Always the same object, as the claims of a host that did not change are. */
const noClaims: readonly Claim[] = [];

/** Well within the ten seconds that Prometheus gives a scrape. */
const patienceMs = 4_000;

export class TelemetryPage {
  readonly contentType: string;
  private readonly guests: GuestMetrics;
  private readonly fromStore: Section;
  private readonly pages = new SharedRun(() => this.make());
  private readonly reads = new SharedRun(() => this.read());

  constructor(
    private readonly to: Instruments,
    private readonly clock: Timers,
    private readonly remembered: Remembered,
    private readonly fleet: FleetView,
    private readonly disk: () => Promise<DataDisk | undefined>,
    private readonly droppedLogLines: () => number,
    private readonly audit: Pick<AuditView, 'entries'>,
    private readonly own: OwnWork,
  ) {
    this.contentType = to.registry.contentType;
    this.guests = new GuestMetrics(to);
    this.fromStore = to.section();
  }

  /** Scrapes that come while one is made share it. */
  render(): Promise<Uint8Array> {
    return this.pages.get();
  }

  requestFinished(method: string, route: string, status: number, seconds: number): void {
    this.to.count(catalogue.httpRequests, { method, route, status: String(status) });
    this.to.time(catalogue.httpDuration, { method, route }, seconds);
  }

  private async make(): Promise<Uint8Array> {
    const read = await this.readInTime();
    this.to.replace(catalogue.storeUp, [{ labels: {}, value: read === undefined ? 0 : 1 }]);
    if (read === undefined) this.fromStore.clear();
    else await this.fromStore.show(this.showRead(read));
    await this.showOwn();
    return this.to.page();
  }

  /** Undefined while the database does not answer in time: the page then tells the rest. A late answer is the next page's. */
  private async readInTime(): Promise<Read | undefined> {
    const reading = this.reads.get();
    // A fault that comes too late for this page is met again by the next.
    reading.catch(() => undefined);
    const late = Promise.withResolvers<undefined>();
    const timer = this.clock.after(patienceMs, () => {
      late.resolve(undefined);
    });
    try {
      return await Promise.race([reading, late.promise]);
    } finally {
      timer.cancel();
    }
  }

  private async read(): Promise<Read | undefined> {
    const { remembered } = this;
    try {
      return {
        byHost: await remembered.claims(),
        instances: await remembered.instances(),
        outbox: await remembered.outbox(),
        unreadable: await remembered.unreadable(),
        open: await remembered.openOperations(mostOperations),
        packages: await remembered.packageCounts(),
        idle: await remembered.idleInstances(),
        size: await remembered.size(),
      };
    } catch (error) {
      if (error instanceof StoreTrouble) return undefined;
      throw error;
    }
  }

  /** What the database says, and what is only known beside it. */
  private *showRead({ byHost, instances, outbox, unreadable, open, packages, idle: idleCount, size }: Read): Steps {
    const { to, fleet } = this;
    this.showOutbox(outbox);
    showUnreadable(to, unreadable);
    showOperations(to, open);
    showPackages(to, packages);
    const all = [...instances.values()];
    showInstances(to, all, idleCount);
    showStoreSize(to, size);
    const hosts = hostsToShow(fleet.hosts(), byHost).map((host) => ({
      host,
      claims: byHost.get(host.id) ?? noClaims,
      freePages: fleet.freePages(host.id) ?? [],
    }));
    yield;
    yield* showHosts(to, hosts, fleet.unreachable().slice(0, mostHosts));
    showMissing(to, byHost, fleet);
    const known = knownVnfcs(all);
    yield;
    yield* showVnfcs(to, known, fleet);
    yield* showPlaces(to, known, fleet, this.remembered.whereabouts);
    yield* this.guests.show(known, fleet);
  }

  private async showOwn(): Promise<void> {
    showCapacities(this.to, this.remembered.capacities.last());
    const { to, fleet, own } = this;
    to.replace(catalogue.operationsDriven, [{ labels: {}, value: own.drivenOperations() }]);
    showProcesses(to, own.engines());
    showPools(to, own.processes);
    showTasks(to, own.background?.states() ?? []);
    showAudit(to, this.audit.entries());
    showCertificate(to, own.certificate?.());
    const lost = own.auditLinesLost?.();
    to.replace(catalogue.auditLost, lost === undefined ? [] : [{ labels: {}, value: lost }]);
    to.replace(catalogue.logDropped, [{ labels: {}, value: this.droppedLogLines() }]);
    countHosts(to, fleet.hosts());
    showUnreachable(to, fleet.unreachable());
    this.showDisk(await this.disk());
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

function showUnreadable(to: Instruments, unreadable: readonly UnreadableRow[]): void {
  const byTable = Map.groupBy(unreadable, ({ table }) => table);
  to.replace(
    catalogue.unreadableRows,
    [...byTable].map(([table, rows]) => ({ labels: { table }, value: rows.length })),
  );
}

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
  clock: Pick<SteadyClock, 'elapsedMs'> & Timers,
  droppedLogLines: () => number = () => 0,
): {
  /** For the workflow to tell. */
  readonly operations: WorkflowMetrics;
  store(store: Store): Store;
  engines(engines: Engines): Engines;
  page(
    remembered: Remembered,
    fleet: FleetView,
    disk: () => Promise<DataDisk | undefined>,
    audit?: Pick<AuditView, 'entries'>,
    own?: OwnWork,
  ): TelemetryPage;
} {
  const instruments = new Instruments(clock);
  instruments.replace(catalogue.buildInfo, [{ labels: { version }, value: 1 }]);
  return {
    operations: new WorkflowMetrics(instruments),
    store: (store) => timedStore(instruments, store, clock),
    engines: (engines) => timedEngines(instruments, engines, clock),
    page: (remembered, fleet, disk, audit = nothingAudited, own = idle) =>
      new TelemetryPage(instruments, clock, remembered, fleet, disk, droppedLogLines, audit, own),
  };
}
