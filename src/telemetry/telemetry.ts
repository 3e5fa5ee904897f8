/**
 * Telemetry as the root sees it: someone to tell of operations, and the page that Prometheus reads. The page is made
 * from one picture of store and fleet per scrape.
 */
import { fleetWide, type Claim } from '../inventory/model.js';
import type { LcmOpOcc, OperationState, StepKind, VnfInstance } from '../lifecycle/model.js';
import type { HostId } from '../shared/ids.js';
import type { Outbox, UnreadableRow } from '../store/store.js';
import type { AuditView } from '../workflow/audit/audit-view.js';
import type { FleetView, WhereaboutsView } from '../workflow/fleet-view.js';
import { catalogue } from './catalogue.js';
import { GuestMetrics } from './guest-metrics.js';
import { countHosts, hostsToShow, mostHosts, showUnreachable } from './large-fleet.js';
import { showAudit } from './audit-metrics.js';
import { showHosts } from './host-metrics.js';
import { Instruments } from './instruments.js';
import { showPlaces } from './place-metrics.js';
import { knownVnfcs, showVnfcs } from './vnfc-metrics.js';

/** Counts operations, steps and deliveries; the workflow's observer. */
export class OperationMetrics {
  constructor(private readonly to: Instruments) {}

  operationEntered(occ: LcmOpOcc, left?: { readonly state: OperationState; readonly ms: number }): void {
    const { operation, operationState } = occ;
    this.to.count(catalogue.operations, { operation, state: operationState });
    if (left) this.to.time(catalogue.operationState, { operation, state: left.state }, left.ms / 1000);
  }

  stepFinished(kind: StepKind, result: string, ms: number): void {
    this.to.time(catalogue.step, { kind, result }, ms / 1000);
  }

  vnfcChanged(host: HostId, change: 'ended' | 'started' | 'paused', reason: string): void {
    this.to.count(catalogue.vnfcChanges, { host, change, reason });
  }

  deliveriesEnded(outcome: 'delivered' | 'failed' | 'dropped', count: number): void {
    this.to.count(catalogue.notifications, { outcome }, count);
  }

  operationsRemoved(count: number): void {
    this.to.count(catalogue.operationsRemoved, {}, count);
  }
}

/** What a scrape asks for: each answers what changed since the last one, or a sum, and reads no table whole. */
export interface Remembered {
  outbox(): Promise<Outbox>;
  unreadable(): Promise<readonly UnreadableRow[]>;
  claims(): Promise<ReadonlyMap<HostId, readonly Claim[]>>;
  /** Those that are instantiated. */
  instances(): Promise<ReadonlyMap<string, VnfInstance>>;
  readonly whereabouts: WhereaboutsView;
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
  readonly operations: OperationMetrics;
  page(
    remembered: Remembered,
    fleet: FleetView,
    disk: () => Promise<DataDisk | undefined>,
    audit?: Pick<AuditView, 'entries'>,
  ): TelemetryPage;
} {
  const instruments = new Instruments();
  instruments.replace(catalogue.buildInfo, [{ labels: { version }, value: 1 }]);
  return {
    operations: new OperationMetrics(instruments),
    page: (remembered, fleet, disk, audit = nothingAudited) =>
      new TelemetryPage(instruments, remembered, fleet, disk, droppedLogLines, audit),
  };
}
