/**
 * The fleet as it is: facts, reach, domains, counters, kept fresh by events and by asking again. The index of
 * placement takes its hosts here; the door reads the view.
 */
import { EngineError, reasonOf, type DomainInfo, type Engine, type FreePages } from '../../engine/engine.js';
import type { Engines } from '../../engine/engines.js';
import type { Host, HostFacts } from '../../inventory/model.js';
import type { HostId, InstallationId, VnfcId } from '../../shared/ids.js';
import type { Log } from '../../shared/log.js';
import { isSameJson } from '../../shared/same-json.js';
import type { ClaimRecords } from '../../store/claims.js';
import type { HostMoment, HostRecords } from '../../store/hosts.js';
import type { InstanceRecords } from '../../store/instances.js';
import type { Ownership } from '../../store/ownership.js';
import { FactsKeeper } from './facts/facts-keeper.js';
import type { SeenHosts } from '../capacity/kept-capacity.js';
import { sightingOf, type DomainView, type FleetView, type GuestStatus } from './fleet-view.js';
import type { HostStats, UnreachableHost, WhereVnfc } from './fleet-view.js';
import { newlyGone, withGoneFunctions, type GoneFunction } from './facts/gone-functions.js';
import type { ConfiguredSettings } from './admission.js';
import type { HostEventBus } from './event-bus.js';
import { hostEventOf, type DomainEvent, type HeardEvent } from './events.js';
import {
  isSameMoment,
  newHostState,
  seenHost,
  type HostSettings,
  type HostState,
  type KnownHost,
} from './host-state.js';
import { warnOfMissing } from './missing-hosts.js';
import { ownDomains } from './facts/own-domains.js';
import { withoutOwnVolumes } from './facts/own-volumes.js';
import { hearDomains, inState, relisted } from '../guests/silent-domains.js';
import { causeOf } from '../step-problem.js';

export class Fleet implements FleetView, SeenHosts {
  private readonly states = new Map<HostId, HostState>();
  private readonly keeper: FactsKeeper;
  private changed = new Set<HostId>();
  private readonly drifted = new Map<VnfcId, readonly string[]>();
  private waiting: ReadonlyMap<VnfcId, string> = new Map();
  private unsubscribe: () => void = () => undefined;
  /** Hosts that were not looked at yet. */
  private readonly firstLooks = new Set<Promise<void>>();

  constructor(
    private readonly engines: Engines,
    private readonly store: HostRecords & ClaimRecords & InstanceRecords & Ownership,
    private readonly settings: readonly ConfiguredSettings[],
    private readonly log: Log,
    private readonly events: HostEventBus,
    private readonly installation: () => InstallationId,
  ) {
    this.keeper = new FactsKeeper(store);
    events.subscribe('fleet', (event) => {
      this.heard(event);
    });
  }

  /** Loads what is known, then connects in the background: an unreachable host never holds Berth up. */
  async start(): Promise<void> {
    const records = await this.store.ensureHosts(this.settings);
    const byId = new Map(records.map((record) => [record.id, record]));
    for (const settings of this.settings) this.know(settings, byId.get(settings.id));
    this.unsubscribe = this.engines.onEvent((event) => this.events.publish(hostEventOf(event)));
    for (const engine of this.engines.all()) this.look(engine);
  }

  /** Hosts that the database knows and nobody names any more. */
  async warnOfMissing(): Promise<void> {
    await warnOfMissing(this.store, this.states, this.log);
  }

  private know(settings: HostSettings, found: KnownHost | undefined): void {
    if (found === undefined) throw new Error(`host ${settings.id} has no row in the store`);
    this.states.set(settings.id, newHostState(settings, found));
  }

  /** A host that came at run time, its engine too: it is connected in the background. */
  add(settings: HostSettings, record: KnownHost): void {
    this.know(settings, record);
    this.changed.add(settings.id);
    this.look(this.engines.of(settings.id));
  }

  /** What the operator says of it from now on. */
  adjust(settings: HostSettings, record: HostMoment): void {
    const state = this.states.get(settings.id);
    if (state === undefined) return;
    state.settings = settings;
    this.change(state, { record });
  }

  /** It has another engine from now on, which is not connected yet: late answers of the one before it are ignored. */
  reconnect(settings: HostSettings, record: HostMoment): void {
    const state = this.states.get(settings.id);
    if (state === undefined) return;
    this.outOfReach(state);
    this.add(settings, { ...record, ...(state.facts && { facts: state.facts }) });
  }

  /** Nothing of it is known or shown from now on. */
  remove(id: HostId): void {
    const state = this.states.get(id);
    if (state === undefined) return;
    this.outOfReach(state);
    this.states.delete(id);
    for (const vnfc of state.domains.keys()) this.drifted.delete(vnfc);
    this.events.publish({ type: 'removed', hostId: id });
  }

  private look(engine: Engine): void {
    const looking: Promise<void> = this.connect(engine).finally(() => this.firstLooks.delete(looking));
    this.firstLooks.add(looking);
  }

  async stop(): Promise<void> {
    this.unsubscribe();
    await Promise.all([...this.states.values()].map((state) => state.refreshing ?? Promise.resolve()));
    await Promise.all(this.engines.all().map((engine) => engine.stop()));
  }

  private async connect(engine: Engine): Promise<void> {
    try {
      await engine.start();
      // A host that was not reached says why.
      await this.refresh(engine.hostId);
    } catch (error) {
      this.log.error({ hostId: engine.hostId, cause: causeOf(error) }, 'the engine of the host did not start');
    }
  }

  /** When every host has been reached and read, or has failed to answer once: before that, nobody can say no. */
  async firstLook(): Promise<void> {
    await Promise.all(this.firstLooks);
  }

  hosts(): readonly Host[] {
    return [...this.states.values()].flatMap((state) => seenHost(state) ?? []);
  }

  host(id: HostId): Host | undefined {
    const state = this.states.get(id);
    return state === undefined ? undefined : seenHost(state);
  }

  takeChanged(): ReadonlySet<HostId> {
    const changed = this.changed;
    this.changed = new Set();
    return changed;
  }

  /** What the store says of hosts now: the operator's decision and the generation. */
  recordMoments(moments: readonly HostMoment[]): void {
    for (const moment of moments) {
      const state = this.states.get(moment.id);
      if (state === undefined || isSameMoment(state.record, moment)) continue;
      this.change(state, { record: moment });
    }
  }

  private change(state: HostState, what: Partial<Pick<HostState, 'record' | 'facts' | 'reachable'>>): void {
    Object.assign(state, what);
    state.host = undefined;
    this.changed.add(state.settings.id);
  }

  whyUnreachable(id: HostId): string | undefined {
    const state = this.states.get(id);
    return state === undefined || state.reachable ? undefined : state.unreachableBecause;
  }

  unreachable(): readonly UnreachableHost[] {
    return [...this.states.values()]
      .filter((state) => !state.reachable)
      .map(({ settings: { id, zone }, unreachableBecause: because }) => ({
        hostId: id,
        zone,
        ...(because === undefined ? {} : { because }),
      }));
  }

  hostCount(): number {
    return this.states.size;
  }

  /** Ids of hosts that are configured and of which nothing is known yet. */
  unknownHosts(): readonly HostId[] {
    return [...this.states.values()].filter((state) => state.facts === undefined).map((state) => state.settings.id);
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

  /** What a step found of a domain, sooner than the event about it. */
  saw(hostId: HostId, { uuid, state, reason }: Pick<DomainInfo, 'uuid' | 'state' | 'reason'>): void {
    this.states.get(hostId)?.heard.add(uuid);
    this.changeDomain(hostId, uuid, (view) => inState(view, { state, reason }));
  }

  stats(): readonly HostStats[] {
    return [...this.states.values()].map((state) => ({ hostId: state.settings.id, stats: state.stats }));
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
    this.changeDomain(hostId, vnfc, (view) => {
      if (sightingOf(view.state) === 'off') return view;
      return { ...view, guestStatus, agentConnected: view.agentConnected || answered };
    });
  }

  private heard(event: HeardEvent): void {
    const { hostId } = event;
    const state = this.states.get(hostId);
    if (state === undefined) return;
    if (event.type === 'connected') this.reread(state);
    else if (event.type === 'disconnected') {
      state.unreachableBecause = event.reason;
      this.outOfReach(state);
    } else if (event.type === 'domain') this.heardDomain(state, event);
    else if (event.type === 'agent')
      this.changeDomain(hostId, event.vnfcId, (view) => ({ ...view, agentConnected: event.isConnected }));
  }

  private reread(state: HostState): void {
    const hostId = state.settings.id;
    void this.refresh(hostId).then(() => {
      if (this.isCurrent(state) && state.reachable) this.events.publish({ type: 'reached', hostId });
    });
  }

  private heardDomain(host: HostState, { hostId, vnfcId, change, state, detail }: DomainEvent): void {
    if (change === 'undefined') this.forgetDomain(host, vnfcId);
    // Events about the definition say nothing of the state.
    else if (state !== 'unknown') this.saw(hostId, { uuid: vnfcId, state, reason: detail });
  }

  /** Nothing of it is known from now on; what its guests said is over. */
  private outOfReach(state: HostState): void {
    const wasReachable = state.reachable;
    this.change(state, { reachable: false });
    state.stats = [];
    state.domains = new Map([...state.domains].map(([id, { guestStatus: _over, ...view }]) => [id, view]));
    if (wasReachable) this.events.publish({ type: 'lost', hostId: state.settings.id });
  }

  /** A domain that runs goes on without its definition. */
  private forgetDomain(state: HostState, vnfc: VnfcId): void {
    const view = state.domains.get(vnfc);
    if (view !== undefined && sightingOf(view.state) !== 'off') return;
    state.heard.add(vnfc);
    state.domains = new Map([...state.domains].filter(([id]) => id !== vnfc));
  }

  private changeDomain(hostId: HostId, vnfc: VnfcId, change: (view: DomainView) => DomainView): void {
    const state = this.states.get(hostId);
    if (state === undefined) return;
    const view = state.domains.get(vnfc) ?? { state: 'unknown', reason: '', agentConnected: false };
    state.domains = new Map([...state.domains, [vnfc, change(view)]]);
  }

  /** Reads the truth of a host: facts, pages, domains. Never throws: a host that fails to answer is out of reach. */
  async refresh(id: HostId): Promise<void> {
    const state = this.states.get(id);
    if (state === undefined) return;
    state.refreshing ??= this.readHost(state, this.engines.of(id)).finally(() => {
      state.refreshing = undefined;
    });
    await state.refreshing;
  }

  /** False: the host was removed while it was asked, or has another engine by now. */
  private isCurrent(state: HostState): boolean {
    return this.states.get(state.settings.id) === state;
  }

  private async readHost(state: HostState, engine: Engine): Promise<void> {
    try {
      const isFirst = !state.reachable;
      const facts = await engine.facts(state.facts?.acceleration, ownDomains(this.store, this.installation()));
      const claims = () => this.store.claimsOn([state.settings.id]);
      state.heard.clear();
      const domains = await engine.listDomains();
      state.domains = relisted(state.domains, domains, state.heard);
      state.free = await engine.freePages();
      const kept = await withGoneFunctions(facts, state.facts, claims);
      const { held } = ownDomains(this.store, this.installation());
      const own = { installation: this.installation(), claimsOfHost: claims, held };
      const found = await withoutOwnVolumes(engine, kept, own);
      if (!this.isCurrent(state)) return;
      const gone = await newlyGone(found, state.facts, claims);
      await this.learn(state, engine, found);
      if (this.isCurrent(state)) this.tellRead(state.settings.id, isFirst, gone);
    } catch (error) {
      if (!this.isCurrent(state)) return;
      this.log.warn({ hostId: state.settings.id, cause: causeOf(error) }, 'reading the host failed');
      if (error instanceof EngineError && error.kind === 'Unavailable') {
        state.unreachableBecause = reasonOf(error);
        this.outOfReach(state);
      }
    }
  }

  private tellRead(hostId: HostId, isFirst: boolean, gone: readonly GoneFunction[]): void {
    for (const each of gone) this.events.publish({ type: 'device-gone', hostId, ...each });
    this.events.publish({ type: 'read', hostId, isFirst });
  }

  /** Most looks find what was there before: then nothing changes, is indexed again or written. */
  private async learn(state: HostState, engine: Engine, facts: HostFacts): Promise<void> {
    const isKnown = isSameJson(facts, state.facts);
    // The guard of the store judges by the facts it has, so it has them before anyone plans on them.
    if (!isKnown) await this.keeper.save(state.settings.id, facts);
    const reachable = engine.isConnected();
    if (isKnown && state.wasRead && state.reachable === reachable) return;
    // Facts that were read share their parts with those of alike hosts; facts from the store do not.
    this.change(state, { reachable, ...(isKnown && state.wasRead ? {} : { facts }) });
    state.wasRead = true;
  }

  /** Counters of all connected hosts; a host that does not answer has none, and holds up no other. */
  async readStats(): Promise<void> {
    await Promise.all([...this.states.values()].map((state) => this.readStatsOf(state)));
  }

  private async readStatsOf(state: HostState): Promise<void> {
    const hostId = state.settings.id;
    const engine = this.engines.of(hostId);
    if (!engine.isConnected() || state.isCounting) return;
    state.isCounting = true;
    try {
      state.stats = await engine.stats();
      this.hear(state);
    } catch (error) {
      state.stats = [];
      if (this.isCurrent(state)) this.log.warn({ hostId, cause: causeOf(error) }, 'reading counters failed');
    }
    try {
      state.free = await engine.freePages();
    } catch (error) {
      if (this.isCurrent(state)) this.log.warn({ hostId, cause: causeOf(error) }, 'reading free pages failed');
    } finally {
      state.isCounting = false;
    }
  }

  private hear(state: HostState): void {
    const { domains, fellSilent, spokeAgain } = hearDomains(state.domains, state.stats);
    state.domains = domains;
    const hostId = state.settings.id;
    for (const vnfcId of fellSilent) this.events.publish({ type: 'hypervisor', hostId, vnfcId, answers: false });
    for (const vnfcId of spokeAgain) this.events.publish({ type: 'hypervisor', hostId, vnfcId, answers: true });
  }
}
