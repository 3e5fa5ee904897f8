/**
 * Keeps the record of VNFCs in line with their domains: after every reading of a host, and at once when a domain changed,
 * the two are compared. Domains that ended or were started without an operation are logged, counted and recorded
 * (docs/vnf-state.md). It starts and stops nothing.
 */
import { EngineError, type DomainInfo } from '../../../engine/engine.js';
import type { Engines } from '../../../engine/engines.js';
import { concerns } from '../../../lifecycle/effects.js';
import type { LcmOpOcc, VnfInstance, Vnfc, VnfState } from '../../../lifecycle/model.js';
import type { Sight, Sighting } from '../../../lifecycle/vnf-state.js';
import type { SteadyClock } from '../../../shared/clock.js';
import type { HostId, VnfcId } from '../../../shared/ids.js';
import type { Log } from '../../../shared/log.js';
import type { InstanceRecords } from '../../../store/instances.js';
import type { OperationRecords } from '../../../store/operations.js';
import type { Background, KeyedTask } from '../../background/background.js';
import type { Comeback } from './comeback.js';
import { sightingOf } from '../fleet-view.js';
import { GoingDown } from './going-down.js';
import type { RealityObserver, VnfcChange } from '../../observer.js';

export interface RealityPorts {
  readonly store: Pick<InstanceRecords, 'instancesOn' | 'instanceOf' | 'recordVnfcStates'> &
    Pick<OperationRecords, 'operationUnderWay'>;
  readonly engines: Engines;
  readonly sight: Sight;
  readonly comeback: Pick<Comeback, 'add' | 'awaits' | 'bringsBack'>;
  readonly clock: SteadyClock;
  readonly log: Log;
  readonly observer: RealityObserver;
  readonly background: Background;
}

/** A VNFC whose domain is not as recorded. */
interface Difference {
  readonly vnfc: Vnfc;
  readonly change: VnfcChange;
  /** libvirt's word for why. */
  readonly reason: string;
}

/** Longer than any call to a host. */
const lookLimitMs = 600_000;

/** libvirt's word for a domain that has no definition any more. */
const gone = 'undefined';

export class Reality {
  private readonly hosts: KeyedTask<HostId>;
  private readonly vnfcs: KeyedTask<VnfcId>;
  /** Differences that were logged but could not be recorded, so that they are logged once. */
  private readonly told = new Map<VnfcId, VnfcChange>();

  /** Hosts that came back and were not compared since. */
  private readonly fresh = new Set<HostId>();

  private readonly goingDown: GoingDown;

  constructor(private readonly ports: RealityPorts) {
    this.goingDown = new GoingDown(ports.clock);
    this.hosts = ports.background.keyed({
      name: 'record-of-hosts',
      does: 'comparing domains of a host with the record',
      about: (hostId) => ({ hostId }),
      limitMs: lookLimitMs,
      run: (id) => this.lookAtHost(id),
    });
    this.vnfcs = ports.background.keyed({
      name: 'record-of-domains',
      does: 'comparing a domain with the record',
      about: (vnfcId) => ({ vnfcId }),
      limitMs: lookLimitMs,
      run: (id) => this.lookAtVnfc(id),
    });
  }

  /** The domains of a host were read; `isFirst` since it was out of reach. */
  hostRead(id: HostId, isFirst: boolean): void {
    if (isFirst) this.fresh.add(id);
    void this.hosts.ask(id);
  }

  hostGone(id: HostId): void {
    this.goingDown.hostGone(id);
  }

  hostRemoved(id: HostId): void {
    this.fresh.delete(id);
    this.goingDown.forget(id);
  }

  /** The hypervisor said that the domain changed its state. */
  domainChanged(id: VnfcId): void {
    void this.vnfcs.ask(id);
  }

  private async lookAtHost(id: HostId): Promise<void> {
    const instances = await this.ports.store.instancesOn(id);
    const here = instances
      .flatMap(({ instantiated }) => instantiated?.vnfcs ?? [])
      .filter((vnfc) => vnfc.hostId === id);
    const isFresh = this.fresh.has(id);
    const noneRuns = !here.some((vnfc) => vnfc.state === 'STARTED' && this.ports.sight(vnfc) === 'running');
    const isReboot = (reason: string) => isFresh && endsByReboot(reason, noneRuns);
    if (isFresh && noneRuns) for (const instance of instances) await this.takeBack(instance, id);
    for (const instance of instances) await this.compare(instance, (vnfc) => vnfc.hostId === id, isReboot);
    if (isFresh) this.goingDown.forget(id);
    this.fresh.delete(id);
  }

  private async lookAtVnfc(id: VnfcId): Promise<void> {
    const instance = await this.ports.store.instanceOf(id);
    if (instance !== undefined) await this.compare(instance, (vnfc) => vnfc.id === id, never);
  }

  private async compare(
    instance: VnfInstance,
    which: (vnfc: Vnfc) => boolean,
    isReboot: (reason: string) => boolean,
  ): Promise<void> {
    const all = instance.instantiated?.vnfcs.filter(which) ?? [];
    const found = all.map((vnfc) => ({ vnfc, change: changeOf(vnfc, this.ports.sight(vnfc)) }));
    for (const { vnfc, change } of found) if (change === undefined) this.told.delete(vnfc.id);
    const suspects = found.filter(({ vnfc, change }) => change !== undefined && this.told.get(vnfc.id) !== change);
    const sure = await Promise.all(suspects.map(({ vnfc }) => this.asked(vnfc)));
    const differences = sure
      .filter((each) => each !== undefined)
      .filter(({ vnfc, change, reason }) => change !== 'ended' || !this.comesBack(instance, vnfc, isReboot(reason)));
    if (differences.length > 0) await this.follow(instance, differences);
  }

  /** VNFCs that went down with their host and will be started again keep their record. */
  private comesBack(instance: VnfInstance, vnfc: Vnfc, isReboot: boolean): boolean {
    const { comeback } = this.ports;
    return comeback.awaits(vnfc.id) || (isReboot && comeback.add(instance, vnfc));
  }

  /** What was recorded as STOPPED while its host went down was STARTED before. */
  private async takeBack(instance: VnfInstance, id: HostId): Promise<void> {
    const { comeback, store } = this.ports;
    const went = this.goingDown.wentWith(id);
    const vnfcs = instance.instantiated?.vnfcs.filter((vnfc) => vnfc.state === 'STOPPED' && went.has(vnfc.id)) ?? [];
    if (vnfcs.length === 0 || !comeback.bringsBack(id)) return;
    const states = new Map(vnfcs.map((vnfc) => [vnfc.id, 'STARTED' as const]));
    if (!(await store.recordVnfcStates(instance.id, instance.revision, states))) return;
    for (const vnfc of vnfcs) comeback.add(instance, vnfc);
  }

  /** The reading may be older than the record, so the hypervisor is asked again. */
  private async asked(vnfc: Vnfc): Promise<Difference | undefined> {
    const domain = await this.domainOf(vnfc);
    if (domain === undefined) return undefined;
    const change = changeOf(vnfc, domain === gone ? 'off' : sightingOf(domain.state));
    return change && { vnfc, change, reason: domain === gone ? gone : domain.reason };
  }

  /** Undefined when the host does not say. */
  private async domainOf({ hostId, id }: Vnfc): Promise<DomainInfo | typeof gone | undefined> {
    try {
      return await this.ports.engines.of(hostId).domain(id);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return error.kind === 'NotFound' ? gone : undefined;
    }
  }

  /** Logged once: by the replica that records it, or by each when it cannot be recorded. */
  private async follow(instance: VnfInstance, differences: readonly Difference[]): Promise<void> {
    const { store } = this.ports;
    const changed = differences.filter(({ change }) => change !== 'paused');
    const states = new Map<VnfcId, VnfState>(
      changed.map(({ vnfc, change }) => [vnfc.id, change === 'ended' ? 'STOPPED' : 'STARTED']),
    );
    const isRecorded = changed.length > 0 && (await store.recordVnfcStates(instance.id, instance.revision, states));
    const occ = isRecorded ? undefined : await store.operationUnderWay(instance.id);
    const isBehind = !isRecorded && occ === undefined && changed.length > 0;
    for (const difference of differences) {
      const { vnfc, change } = difference;
      const isFollowed = isRecorded && change !== 'paused';
      if (!isFollowed && (isBehind || isWorkOf(occ, vnfc))) continue;
      if (!isFollowed) this.told.set(vnfc.id, change);
      this.tell(instance, difference);
    }
  }

  private tell({ id }: VnfInstance, { vnfc, change, reason }: Difference): void {
    const { log, observer } = this.ports;
    const { id: vnfcId, vduId, hostId, domainName } = vnfc;
    if (change === 'ended') this.goingDown.ended(hostId, vnfcId, reason);
    log.warn({ vnfInstanceId: id, vnfcId, vduId, hostId, domainName, reason }, sentences[change]);
    observer.vnfcChanged(hostId, change, reason);
  }
}

const sentences: Readonly<Record<VnfcChange, string>> = {
  ended: 'the domain of a VNFC ended without an operation; operate the VNF to STARTED to start it again',
  started: 'the domain of a VNFC was started without an operation',
  paused: 'the domain of a VNFC is paused without an operation; operate the VNF to STARTED to resume it',
};

function changeOf(vnfc: Vnfc, seen: Sighting): VnfcChange | undefined {
  switch (seen) {
    case 'running':
      return vnfc.state === 'STARTED' ? undefined : 'started';
    case 'off':
      return vnfc.state === 'STOPPED' ? undefined : 'ended';
    case 'paused':
      return vnfc.state === 'STARTED' ? 'paused' : undefined;
    case 'unknown':
      return undefined;
  }
}

/** VNFCs in the plan of an operation under way are skipped, and all VNFCs while it has no plan. */
const isWorkOf = (occ: LcmOpOcc | undefined, vnfc: Vnfc): boolean =>
  occ !== undefined && (occ.plan === undefined || concerns(occ.plan, vnfc.id));

const never = (): boolean => false;

/**
 * libvirt forgets why domains ended when its host boots (`unknown`), and calls a start that did not work `failed`. Where it
 * kept its notes, what died with the host is `crashed`; that it was the host shows when nothing of Berth's runs there.
 */
function endsByReboot(reason: string, noneRuns: boolean): boolean {
  if (reason === 'unknown' || reason === 'failed') return true;
  return noneRuns && (reason === 'crashed' || reason === 'daemon');
}
