/**
 * Polls hosts: connects to them and reads facts, pages, domains and counters into their states.
 */
import { EngineError, reasonOf, type Engine } from '../../engine/engine.js';
import type { Engines } from '../../engine/engines.js';
import type { HostFacts } from '../../inventory/model.js';
import { withUnproven } from '../../inventory/release-proof.js';
import type { HostId, InstallationId, VnfcId } from '../../shared/ids.js';
import type { Log } from '../../shared/log.js';
import { isSameJson } from '../../shared/same-json.js';
import type { ClaimRecords } from '../../store/claims.js';
import type { HostRecords } from '../../store/hosts.js';
import type { InstanceRecords } from '../../store/instances.js';
import type { Ownership } from '../../store/ownership.js';
import { hearDomains, relisted } from '../guests/silent-domains.js';
import { causeOf } from '../step-problem.js';
import type { HostEventBus } from './event-bus.js';
import { FactsKeeper } from './facts/facts-keeper.js';
import { ownDomains } from './facts/own-domains.js';
import { withoutOwnVolumes } from './facts/own-volumes.js';
import { functionEvents, proofOfRelease } from './facts/release-proof.js';
import { followedBuses } from './facts/renumbered.js';
import type { FunctionsGivenBack, HostState } from './host-state.js';
import type { HostStates } from './host-states.js';

/** Readings that show other addresses, one after the other; more are left to the next look. */
const mostAgain = 3;

export interface HostLookPorts {
  readonly engines: Engines;
  readonly store: HostRecords & ClaimRecords & InstanceRecords & Ownership;
  readonly log: Log;
  readonly events: HostEventBus;
  readonly installation: () => InstallationId;
}

export class HostLooks {
  private readonly keeper: FactsKeeper;
  /** Hosts that were not looked at yet. */
  private readonly firstLooks = new Set<Promise<void>>();
  /** Hosts whose devices came or went since. */
  private readonly changed = new Set<HostState>();

  constructor(
    private readonly states: HostStates,
    private readonly ports: HostLookPorts,
  ) {
    this.keeper = new FactsKeeper(ports.store);
  }

  /** Connects in the background and looks for the first time. */
  begin(engine: Engine): void {
    const looking: Promise<void> = this.connect(engine).finally(() => this.firstLooks.delete(looking));
    this.firstLooks.add(looking);
  }

  private async connect(engine: Engine): Promise<void> {
    try {
      await engine.start();
      // A host that was not reached says why.
      await this.refresh(engine.hostId);
    } catch (error) {
      this.ports.log.error({ hostId: engine.hostId, cause: causeOf(error) }, 'the engine of the host did not start');
    }
  }

  /** When every host has been reached and read, or has failed to answer once: before that, nobody can say no. */
  async firstLook(): Promise<void> {
    await Promise.all(this.firstLooks);
  }

  /** Reads a host: facts, pages, domains. Never throws: a host that fails to answer is unreachable. */
  async refresh(id: HostId): Promise<void> {
    const state = this.states.get(id);
    if (state !== undefined) await this.look(state);
  }

  private look(state: HostState): Promise<boolean> {
    state.refreshing ??= this.readHost(state, this.ports.engines.of(state.settings.id)).finally(() => {
      state.refreshing = undefined;
    });
    return state.refreshing;
  }

  /**
   * Looks at the hosts of functions that are given back, and releases them only then: what is not in order is in quarantine
   * before anyone can claim it, and what is in order can be claimed at once. The guests are gone already.
   */
  async releasing<T>(given: readonly FunctionsGivenBack[], release: () => Promise<T>): Promise<T> {
    const onHosts = [...Map.groupBy(given, ({ hostId }) => hostId)].flatMap(([id, those]) => {
      const state = this.states.get(id);
      return state === undefined ? [] : [{ state, those, ids: those.flatMap(({ allocationIds }) => allocationIds) }];
    });
    for (const { state, ids } of onHosts) for (const id of ids) state.released.add(id);
    try {
      await Promise.all(onHosts.map(({ state, those }) => this.proven(state, new Set(those.map((one) => one.vnfcId)))));
      return await release();
    } finally {
      for (const { state, ids } of onHosts) for (const id of ids) state.released.delete(id);
    }
  }

  private async proven(state: HostState, vnfcIds: ReadonlySet<VnfcId>): Promise<void> {
    if (state.reachable && (await this.nextLook(state))) return;
    if (!this.states.isCurrent(state) || state.facts === undefined) return;
    const facts = withUnproven(state.facts, vnfcIds);
    await this.keeper.save(state.settings.id, facts);
    this.states.change(state, { facts });
    this.changed.add(state);
  }

  /** False: the host failed to answer. */
  async readAgain(id: HostId): Promise<boolean> {
    const state = this.states.get(id);
    return state !== undefined && (await this.nextLook(state));
  }

  /** One that begins from now on, for all who wait for one. */
  private nextLook(state: HostState): Promise<boolean> {
    state.nextLook ??= (async () => {
      await state.refreshing;
      state.nextLook = undefined;
      return this.look(state);
    })();
    return state.nextLook;
  }

  /** Only cards matter: hosts without any are read at the usual interval. */
  devicesChanged(state: HostState): void {
    if ((state.facts?.pciFunctions.length ?? 0) > 0) this.changed.add(state);
  }

  /** A look that is under way may have asked before the change. */
  async refreshChanged(): Promise<void> {
    const changed = [...this.changed];
    this.changed.clear();
    await Promise.all(
      changed.map(async (state) => {
        await state.refreshing;
        if (state.reachable) await this.refresh(state.settings.id);
      }),
    );
  }

  /** When no look is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.states.all().map((state) => state.refreshing ?? Promise.resolve()));
  }

  /** False: the host failed to answer. */
  private async readHost(state: HostState, engine: Engine, again = 0): Promise<boolean> {
    try {
      const { facts: before, reachable: wasReachable } = state;
      const claims = () => this.ports.store.claimsOn([state.settings.id]);
      const accepted = () => this.ports.store.acceptedFunctions(state.settings.id);
      const proven = await proofOfRelease(before, claims, accepted, new Set(state.released));
      const facts = await engine.facts(before?.acceleration, ownDomains(this.ports.store, this.ports.installation()));
      const isSameBoot = wasReachable && state.reachable && state.wasRead;
      if (again < mostAgain && (await followedBuses(state, facts, isSameBoot, this.ports, this.states)))
        return await this.readHost(state, engine, again + 1);
      state.heard.clear();
      const domains = await engine.listDomains();
      state.domains = relisted(state.domains, domains, state.heard);
      state.free = await engine.freePages();
      const { held } = ownDomains(this.ports.store, this.ports.installation());
      const own = { installation: this.ports.installation(), claimsOfHost: claims, held };
      const found = await withoutOwnVolumes(engine, await proven(facts), own);
      if (!this.states.isCurrent(state)) return true;
      const { id: hostId } = state.settings;
      const changes = await functionEvents(hostId, found, before, claims);
      await this.learn(state, engine, found);
      if (!this.states.isCurrent(state)) return true;
      for (const change of changes) this.ports.events.publish(change);
      this.ports.events.publish({ type: 'read', hostId, isFirst: !wasReachable });
      return true;
    } catch (error) {
      if (!this.states.isCurrent(state)) return false;
      this.ports.log.warn({ hostId: state.settings.id, cause: causeOf(error) }, 'reading the host failed');
      if (error instanceof EngineError && error.kind === 'Unavailable') {
        state.unreachableBecause = reasonOf(error);
        this.states.outOfReach(state);
      }
      return false;
    }
  }

  /** Most readings find no change: then nothing is indexed again or written. */
  private async learn(state: HostState, engine: Engine, facts: HostFacts): Promise<void> {
    const isKnown = isSameJson(facts, state.facts);
    // The guard of the store judges by the facts it has, so it has them before anyone plans on them.
    if (!isKnown) await this.keeper.save(state.settings.id, facts);
    const reachable = engine.isConnected();
    if (isKnown && state.wasRead && state.reachable === reachable) return;
    // Facts that were read share their parts with those of alike hosts; facts from the store do not.
    this.states.change(state, { reachable, ...(isKnown && state.wasRead ? {} : { facts }) });
    state.wasRead = true;
  }

  /** Counters of all connected hosts; a host that does not answer has none, and does not delay the others. */
  async readStats(): Promise<void> {
    await Promise.all(this.states.all().map((state) => this.readStatsOf(state)));
  }

  private async readStatsOf(state: HostState): Promise<void> {
    const hostId = state.settings.id;
    const engine = this.ports.engines.of(hostId);
    if (!engine.isConnected() || state.isCounting) return;
    state.isCounting = true;
    try {
      state.stats = await engine.stats();
      this.hear(state);
    } catch (error) {
      state.stats = [];
      if (this.states.isCurrent(state))
        this.ports.log.warn({ hostId, cause: causeOf(error) }, 'reading counters failed');
    }
    try {
      state.free = await engine.freePages();
    } catch (error) {
      if (this.states.isCurrent(state))
        this.ports.log.warn({ hostId, cause: causeOf(error) }, 'reading free pages failed');
    } finally {
      state.isCounting = false;
    }
  }

  private hear(state: HostState): void {
    const { domains, fellSilent, spokeAgain } = hearDomains(state.domains, state.stats);
    state.domains = domains;
    const hostId = state.settings.id;
    for (const vnfcId of fellSilent) this.ports.events.publish({ type: 'hypervisor', hostId, vnfcId, answers: false });
    for (const vnfcId of spokeAgain) this.ports.events.publish({ type: 'hypervisor', hostId, vnfcId, answers: true });
  }
}
