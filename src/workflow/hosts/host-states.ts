/**
 * The states of all hosts of the fleet, and what changed of them since placement asked last.
 */
import type { HostId, VnfcId } from '../../shared/ids.js';
import { sightingOf, type DomainView } from './fleet-view.js';
import type { HostEventBus } from './event-bus.js';
import { newHostState, type HostSettings, type HostState, type KnownHost } from './host-state.js';

export class HostStates {
  private readonly byId = new Map<HostId, HostState>();
  private changed = new Set<HostId>();

  constructor(private readonly events: HostEventBus) {}

  get size(): number {
    return this.byId.size;
  }

  has(id: HostId): boolean {
    return this.byId.has(id);
  }

  get(id: HostId): HostState | undefined {
    return this.byId.get(id);
  }

  all(): readonly HostState[] {
    return [...this.byId.values()];
  }

  add(settings: HostSettings, found: KnownHost | undefined): void {
    if (found === undefined) throw new Error(`host ${settings.id} has no row in the store`);
    this.byId.set(settings.id, newHostState(settings, found));
  }

  delete(id: HostId): void {
    this.byId.delete(id);
  }

  takeChanged(): ReadonlySet<HostId> {
    const changed = this.changed;
    this.changed = new Set();
    return changed;
  }

  markChanged(id: HostId): void {
    this.changed.add(id);
  }

  change(state: HostState, what: Partial<Pick<HostState, 'record' | 'facts' | 'reachable'>>): void {
    Object.assign(state, what);
    state.host = undefined;
    this.changed.add(state.settings.id);
  }

  /** Nothing of it is known from now on; what its guests said is over. */
  outOfReach(state: HostState): void {
    const wasReachable = state.reachable;
    this.change(state, { reachable: false });
    state.stats = [];
    state.domains = new Map([...state.domains].map(([id, { guestStatus: _over, ...view }]) => [id, view]));
    if (wasReachable) this.events.publish({ type: 'lost', hostId: state.settings.id });
  }

  changeDomain(hostId: HostId, vnfc: VnfcId, change: (view: DomainView) => DomainView): void {
    const state = this.byId.get(hostId);
    if (state === undefined) return;
    const view = state.domains.get(vnfc) ?? { state: 'unknown', reason: '', agentConnected: false };
    state.domains.set(vnfc, change(view));
  }

  /** A domain that runs goes on without its definition. */
  forgetDomain(state: HostState, vnfc: VnfcId): void {
    const view = state.domains.get(vnfc);
    if (view !== undefined && sightingOf(view.state) !== 'off') return;
    state.heard.add(vnfc);
    state.domains.delete(vnfc);
  }

  /** False: the host was removed while it was asked, or has another engine by now. */
  isCurrent(state: HostState): boolean {
    return this.byId.get(state.settings.id) === state;
  }
}
