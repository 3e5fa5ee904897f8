/**
 * The state of the fleet: facts, reachability, domains, counters, kept current by events and by polling (`HostLooks`). The
 * capacity index takes its hosts from here; the API reads the view.
 */
import type { DomainInfo, FreePages } from '../../engine/engine.js';
import type { Host } from '../../inventory/model.js';
import { defined } from '../../shared/defined.js';
import type { HostId, VnfcId } from '../../shared/ids.js';
import type { HostMoment } from '../../store/hosts.js';
import type { SeenHosts } from '../capacity/kept-capacity.js';
import { inState } from '../guests/silent-domains.js';
import type { ConfiguredSettings } from './admission.js';
import { hostEventOf, type DomainEvent, type HeardEvent } from './events.js';
import { sightingOf, type DomainView, type FleetView, type GuestStatus } from './fleet-view.js';
import type { HostStats, UnreachableHost, WhereVnfc } from './fleet-view.js';
import { HostLooks, type HostLookPorts } from './host-looks.js';
import { isSameMoment, seenHost, type FunctionsGivenBack, type HostSettings } from './host-state.js';
import type { HostState, KnownHost } from './host-state.js';
import { HostStates } from './host-states.js';
import { warnOfMissing } from './missing-hosts.js';

export class Fleet implements FleetView, SeenHosts {
  private readonly states: HostStates;
  private readonly looks: HostLooks;
  private readonly drifted = new Map<VnfcId, readonly string[]>();
  private waiting: ReadonlyMap<VnfcId, string> = new Map();
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly ports: HostLookPorts,
    private readonly settings: readonly ConfiguredSettings[],
  ) {
    this.states = new HostStates(ports.events);
    this.looks = new HostLooks(this.states, ports);
    ports.events.subscribe('fleet', (event) => {
      this.heard(event);
    });
  }

  /** Loads what is known, then connects in the background: an unreachable host does not delay the start. */
  async start(): Promise<void> {
    const records = await this.ports.store.ensureHosts(this.settings);
    const byId = new Map(records.map((record) => [record.id, record]));
    for (const settings of this.settings) this.states.add(settings, byId.get(settings.id));
    this.unsubscribe = this.ports.engines.onEvent((event) => this.ports.events.publish(hostEventOf(event)));
    for (const engine of this.ports.engines.all()) this.looks.begin(engine);
  }

  /** Hosts that the database knows and no configuration names any more. */
  async warnOfMissing(): Promise<void> {
    await warnOfMissing(this.ports.store, this.states, this.ports.log);
  }

  /** A host that was added at run time, with its engine: it is connected in the background. */
  add(settings: HostSettings, record: KnownHost): void {
    this.states.add(settings, record);
    this.states.markChanged(settings.id);
    this.looks.begin(this.ports.engines.of(settings.id));
  }

  /** Applies new settings of the operator. */
  adjust(settings: HostSettings, record: HostMoment): void {
    const state = this.states.get(settings.id);
    if (state === undefined) return;
    state.settings = settings;
    this.states.change(state, { record });
  }

  /** Replaces its engine by one that is not connected yet: late answers of the old one are ignored. */
  reconnect(settings: HostSettings, record: HostMoment): void {
    const state = this.states.get(settings.id);
    if (state === undefined) return;
    this.states.outOfReach(state);
    this.add(settings, { ...record, ...(state.facts && { facts: state.facts }) });
  }

  /** Forgets the host. */
  remove(id: HostId): void {
    const state = this.states.get(id);
    if (state === undefined) return;
    this.states.outOfReach(state);
    this.states.delete(id);
    for (const vnfc of state.domains.keys()) this.drifted.delete(vnfc);
    this.ports.events.publish({ type: 'removed', hostId: id });
  }

  async stop(): Promise<void> {
    this.unsubscribe();
    await this.looks.settled();
    await Promise.all(this.ports.engines.all().map((engine) => engine.stop()));
  }

  hosts(): readonly Host[] {
    return this.states.all().flatMap((state) => seenHost(state) ?? []);
  }

  host(id: HostId): Host | undefined {
    const state = this.states.get(id);
    return state === undefined ? undefined : seenHost(state);
  }

  takeChanged(): ReadonlySet<HostId> {
    return this.states.takeChanged();
  }

  /** When every host has been reached and read, or has failed to answer once: before that, nobody can say no. */
  firstLook(): Promise<void> {
    return this.looks.firstLook();
  }

  /** Reads a host. Never throws: a host that fails to answer is unreachable. */
  refresh(id: HostId): Promise<void> {
    return this.looks.refresh(id);
  }

  /** Reads a host from now on; false: it failed to answer. */
  readAgain(id: HostId): Promise<boolean> {
    return this.looks.readAgain(id);
  }

  /** Reads hosts whose devices came or went since they were read. */
  refreshChanged(): Promise<void> {
    return this.looks.refreshChanged();
  }

  /** Releases what has PCI functions when they were looked at (`HostLooks`). */
  releasing<T>(given: readonly FunctionsGivenBack[], release: () => Promise<T>): Promise<T> {
    return this.looks.releasing(given, release);
  }

  /** Counters of all connected hosts; a host that does not answer has none, and does not delay the others. */
  readStats(): Promise<void> {
    return this.looks.readStats();
  }

  /** Takes over what the store has of hosts: admin state and generation. */
  recordMoments(moments: readonly HostMoment[]): void {
    for (const moment of moments) {
      const state = this.states.get(moment.id);
      if (state === undefined || isSameMoment(state.record, moment)) continue;
      this.states.change(state, { record: moment });
    }
  }

  whyUnreachable(id: HostId): string | undefined {
    const state = this.states.get(id);
    return state === undefined || state.reachable ? undefined : state.unreachableBecause;
  }

  unreachable(): readonly UnreachableHost[] {
    return this.states
      .all()
      .filter((state) => !state.reachable)
      .map(({ settings: { id, zone }, unreachableBecause: because }) => ({
        hostId: id,
        zone,
        ...defined({ because }),
      }));
  }

  hostCount(): number {
    return this.states.size;
  }

  /** Ids of hosts that are configured and of which nothing is known yet. */
  unknownHosts(): readonly HostId[] {
    return this.states
      .all()
      .filter((state) => state.facts === undefined)
      .map((state) => state.settings.id);
  }

  domain({ id, hostId }: WhereVnfc): DomainView | undefined {
    const state = this.states.get(hostId);
    return state?.reachable === true ? state.domains.get(id) : undefined;
  }

  waitsFor(id: VnfcId): string | undefined {
    return this.waiting.get(id);
  }

  /** What VNFCs that are to be started again wait for. */
  showWaiting(waiting: ReadonlyMap<VnfcId, string>): void {
    this.waiting = waiting;
  }

  /** Whether what ran on the host is started again after it booted. */
  bringsBack(id: HostId): boolean {
    return this.states.get(id)?.settings.bringBack ?? true;
  }

  drift(id: VnfcId): readonly string[] {
    return this.drifted.get(id) ?? [];
  }

  showDrift(id: VnfcId, found: readonly string[]): void {
    if (found.length === 0) this.drifted.delete(id);
    else this.drifted.set(id, found);
  }

  isConfigured(id: HostId): boolean {
    return this.states.has(id);
  }

  isSeen(id: HostId): boolean {
    return this.states.get(id)?.reachable ?? false;
  }

  /** The state of a domain as a step found it, before the event arrives. */
  saw(hostId: HostId, { uuid, state, reason }: Pick<DomainInfo, 'uuid' | 'state' | 'reason'>): void {
    this.states.get(hostId)?.heard.add(uuid);
    this.states.changeDomain(hostId, uuid, (view) => inState(view, { state, reason }));
  }

  stats(): readonly HostStats[] {
    return this.states.all().map((state) => ({ hostId: state.settings.id, stats: state.stats }));
  }

  freePages(id: HostId): readonly FreePages[] | undefined {
    return this.states.get(id)?.free;
  }

  poolsOf(id: HostId): readonly string[] {
    return this.states.get(id)?.facts?.pools.map((pool) => pool.name) ?? [];
  }

  /**
   * What the guest said last; an answer that comes when its domain is off is too late. An agent that `answered` is connected:
   * no event tells it of guests that booted while Berth was away.
   */
  guestSaid(hostId: HostId, vnfc: VnfcId, guestStatus: GuestStatus, answered: boolean): void {
    this.states.changeDomain(hostId, vnfc, (view) => {
      if (sightingOf(view.state) === 'off') return view;
      return { ...view, guestStatus, agentConnected: view.agentConnected || answered };
    });
  }

  private heard(event: HeardEvent): void {
    const { hostId } = event;
    const state = this.states.get(hostId);
    if (state === undefined) return;
    if (event.type === 'connected') this.reread(state);
    else if (event.type === 'devices') this.looks.devicesChanged(state);
    else if (event.type === 'disconnected') {
      state.unreachableBecause = event.reason;
      this.states.outOfReach(state);
    } else if (event.type === 'domain') this.heardDomain(state, event);
    else if (event.type === 'agent')
      this.states.changeDomain(hostId, event.vnfcId, (view) => ({ ...view, agentConnected: event.isConnected }));
  }

  private reread(state: HostState): void {
    const hostId = state.settings.id;
    void this.looks.refresh(hostId).then(() => {
      if (this.states.isCurrent(state) && state.reachable) this.ports.events.publish({ type: 'reached', hostId });
    });
  }

  private heardDomain(host: HostState, { hostId, vnfcId, change, state, detail }: DomainEvent): void {
    if (change === 'undefined') this.states.forgetDomain(host, vnfcId);
    // Events about the definition say nothing of the state.
    else if (state !== 'unknown') this.saw(hostId, { uuid: vnfcId, state, reason: detail });
  }
}
