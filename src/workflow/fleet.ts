/**
 * The fleet as it is: facts, reach, domains, counters, kept fresh by events and by asking again. Placement takes its
 * snapshot here; the door reads the view.
 */
import { EngineError, type DomainStats, type Engine, type EngineEvent, type FreePages } from '../engine/engine.js';
import type { Engines } from '../engine/engines.js';
import type { Host, HostFacts, HostReservation, InventorySnapshot } from '../inventory/model.js';
import { defaultReservation } from '../inventory/reservation.js';
import type { HostId, VnfcId } from '../shared/ids.js';
import type { Log } from '../shared/log.js';
import type { HostRecord, Store } from '../store/store.js';
import type { DomainView, FleetView, GuestStatus, HostStats } from './fleet-view.js';
import { withoutOwnVolumes } from './own-volumes.js';
import { causeOf } from './step-problem.js';

/** What the operator configured of a host. */
export interface HostSettings {
  readonly id: HostId;
  readonly zone: string;
  /** Absent: see inventory/reservation.ts. */
  readonly reserved?: HostReservation;
  readonly sharedCpuRatio: number;
}

interface HostState {
  readonly settings: HostSettings;
  record: HostRecord;
  facts: HostFacts | undefined;
  reachable: boolean;
  domains: ReadonlyMap<VnfcId, DomainView>;
  stats: readonly DomainStats[];
  free: readonly FreePages[] | undefined;
  refreshing: Promise<void> | undefined;
}

export class Fleet implements FleetView {
  private readonly states = new Map<HostId, HostState>();
  private unsubscribe: () => void = () => undefined;
  private firstLooks: Promise<unknown> = Promise.resolve();

  /** `onBack` is called when a host was reached and its truth was read. */
  constructor(
    private readonly engines: Engines,
    private readonly store: Store,
    private readonly settings: readonly HostSettings[],
    private readonly log: Log,
    private readonly onBack: (hostId: HostId) => void,
  ) {}

  /** Loads what is known, then connects in the background: an unreachable host never holds Berth up. */
  async start(): Promise<void> {
    for (const settings of this.settings) {
      const record = await this.store.ensureHost(settings.id, settings.zone);
      this.states.set(settings.id, {
        settings,
        record,
        facts: record.facts,
        reachable: false,
        domains: new Map(),
        stats: [],
        free: undefined,
        refreshing: undefined,
      });
    }
    this.unsubscribe = this.engines.onEvent((event) => this.heard(event));
    this.firstLooks = Promise.all(this.engines.all().map((engine) => this.connect(engine)));
  }

  async stop(): Promise<void> {
    this.unsubscribe();
    await Promise.all([...this.states.values()].map((state) => state.refreshing ?? Promise.resolve()));
    await Promise.all(this.engines.all().map((engine) => engine.stop()));
  }

  private async connect(engine: Engine): Promise<void> {
    try {
      await engine.start();
      if (engine.isConnected()) await this.refresh(engine.hostId);
    } catch (error) {
      this.log.error({ hostId: engine.hostId, cause: causeOf(error) }, 'the engine of the host did not start');
    }
  }

  /** When every host has been reached and read, or has failed to answer once: before that, nobody can say no. */
  async firstLook(): Promise<void> {
    await this.firstLooks;
  }

  hosts(): readonly Host[] {
    return [...this.states.values()].flatMap((state) => hostOf(state) ?? []);
  }

  /** Ids of hosts that are configured and of which nothing is known yet. */
  unknownHosts(): readonly HostId[] {
    return [...this.states.values()].filter((state) => state.facts === undefined).map((state) => state.settings.id);
  }

  domain(id: VnfcId): DomainView | undefined {
    for (const state of this.states.values()) {
      const view = state.domains.get(id);
      if (view !== undefined) return view;
    }
    return undefined;
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

  /** Generations first, claims after: what was committed between the two makes the plan lose and start again. */
  async snapshot(): Promise<InventorySnapshot> {
    const records = await this.store.hosts();
    for (const record of records) {
      const state = this.states.get(record.id);
      if (state !== undefined) state.record = record;
    }
    return { hosts: this.hosts(), claims: await this.store.claims() };
  }

  /** An administrator changed the state of a host. */
  recordChanged(record: HostRecord): void {
    const state = this.states.get(record.id);
    if (state !== undefined) state.record = record;
  }

  /** What the guest said last. */
  guestSaid(hostId: HostId, vnfc: VnfcId, guestStatus: GuestStatus): void {
    this.changeDomain(hostId, vnfc, (view) => ({ ...view, guestStatus }));
  }

  private heard(event: EngineEvent): void {
    const state = this.states.get(event.hostId);
    if (state === undefined) return;
    switch (event.type) {
      case 'connected':
        this.log.info({ hostId: event.hostId }, 'the host is connected');
        void this.refresh(event.hostId).then(() => this.onBack(event.hostId));
        return;
      case 'disconnected':
        state.reachable = false;
        state.stats = [];
        this.log.warn({ hostId: event.hostId, reason: event.reason }, 'the host is out of reach');
        return;
      case 'domain':
        // Events about the definition say nothing of the state.
        if (event.state === 'unknown') return;
        this.changeDomain(event.hostId, event.uuid, (view) => ({ ...view, state: event.state, reason: event.detail }));
        return;
      case 'agent':
        this.changeDomain(event.hostId, event.uuid, (view) => ({ ...view, agentConnected: event.connected }));
        return;
    }
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

  private async readHost(state: HostState, engine: Engine): Promise<void> {
    try {
      const facts = await engine.facts(state.facts?.acceleration);
      const domains = await engine.listDomains();
      const free = await engine.freePages();
      state.domains = new Map(
        domains.map(({ uuid, state: now, reason }) => [
          uuid,
          { agentConnected: false, ...state.domains.get(uuid), state: now, reason },
        ]),
      );
      state.free = free;
      state.facts = await withoutOwnVolumes(engine, facts);
      state.reachable = engine.isConnected();
      await this.store.saveHostFacts(state.settings.id, state.facts);
    } catch (error) {
      this.log.warn({ hostId: state.settings.id, cause: causeOf(error) }, 'reading the host failed');
      if (error instanceof EngineError && error.kind === 'Unavailable') state.reachable = false;
    }
  }

  /** Counters of all connected hosts; a host that does not answer has none. */
  async readStats(): Promise<void> {
    await Promise.all(
      [...this.states.values()].map(async (state) => {
        const engine = this.engines.of(state.settings.id);
        if (!engine.isConnected()) return;
        try {
          state.stats = await engine.stats();
          state.free = await engine.freePages();
        } catch (error) {
          state.stats = [];
          this.log.warn({ hostId: state.settings.id, cause: causeOf(error) }, 'reading counters failed');
        }
      }),
    );
  }
}

function hostOf(state: HostState): Host | undefined {
  if (state.facts === undefined) return undefined;
  const { settings, record } = state;
  return {
    id: settings.id,
    zone: settings.zone,
    adminState: record.adminState,
    reachable: state.reachable,
    facts: state.facts,
    reserved: settings.reserved ?? defaultReservation(state.facts),
    sharedCpuRatio: settings.sharedCpuRatio,
    generation: record.generation,
  };
}
