/**
 * A simulated host behind the engine port. It keeps what it is told, refuses what a real host would refuse, and runs
 * no guest. With a state directory its domains outlive Berth.
 */
import type { HostTuning } from '../../inventory/host-audit/tuning.js';
import type { HostFacts } from '../../inventory/model.js';
import type { Clock } from '../../shared/clock.js';
import type { HostId, VnfcId } from '../../shared/ids.js';
import type {
  DomainInfo,
  DomainStats,
  DomainWhereabouts,
  Engine,
  EngineEvent,
  FreePages,
  GuestCommandResult,
  GuestOs,
  NetworkSpec,
  PresentVolume,
  VolumeInfo,
  VolumeRef,
  VolumeSource,
} from '../engine.js';
import { keptByGuest } from '../engine.js';
import { nameOfCard } from '../../libvirt-xml/cards.js';
import * as cards from './cards.js';
import { freePages } from './cells.js';
import { Connection } from './connection.js';
import type { EngineVerb, SimulatedControl } from './control.js';
import { findDomain } from './domain-table.js';
import * as domains from './domains.js';
import { factsOf, tuningOf } from './facts.js';
import * as guests from './guest.js';
import type { GuestRoles } from './guest-numbers.js';
import { handOn } from './hand.js';
import type { SimulatedHostSpec } from './host-spec.js';
import { hostClock } from './host-clock.js';
import { emptyState, type HostState, type SimulatedHost } from './host-state.js';
import * as networks from './networks.js';
import { Refusal } from './refusal.js';
import { StateFile, takeChanges } from './state-file.js';
import { statsOf } from './stats.js';
import { whereaboutsOf } from './whereabouts.js';
import * as volumes from './volumes.js';

export interface SimulatedOptions {
  readonly clock: Clock;
  /** Folder for the state of hosts; absent: it is forgotten with the process. */
  readonly stateDir?: string;
  /** From power-on to the guest agent's first word. */
  readonly guestBootMs?: number;
  /** What guests report in the role of their VDU; absent: the same of all. */
  readonly roles?: GuestRoles;
}

export class SimulatedEngine implements Engine {
  readonly hostId: HostId;
  readonly #host: SimulatedHost;
  readonly #connection: Connection;
  readonly #file: StateFile | undefined;
  readonly #heard: ((event: EngineEvent) => void) | undefined;
  #state: HostState | undefined;
  #listeners: Set<(event: EngineEvent) => void> | undefined;

  /** `heard` gets every event: a fleet listens to all of its hosts with one function. */
  constructor(spec: SimulatedHostSpec, options: SimulatedOptions, heard?: (event: EngineEvent) => void) {
    this.hostId = spec.id;
    this.#file = options.stateDir === undefined ? undefined : new StateFile(options.stateDir, spec.id);
    this.#heard = heard;
    this.#connection = new Connection(spec.id, options.clock);
    const stateNow = (): HostState => this.#stateNow();
    this.#host = {
      spec,
      clock: hostClock(options.clock),
      guestBootMs: options.guestBootMs ?? 0,
      roles: options.roles ?? new Map(),
      emit: (event) => this.#emit(event),
      get state() {
        return stateNow();
      },
    };
  }

  /** Made when asked for: most hosts of a large fleet are never moved by hand. */
  get control(): SimulatedControl {
    return handOn(this.#host, this.#connection, {
      save: () => this.#save(),
      came: () => this.#emit({ type: 'connected', hostId: this.hostId }),
      went: (reason) => this.#tell({ type: 'disconnected', hostId: this.hostId, reason }),
    });
  }

  start(): Promise<void> {
    this.#stateNow();
    if (this.#connection.set({ started: true })) this.#emit({ type: 'connected', hostId: this.hostId });
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#connection.set({ started: false });
    return Promise.resolve();
  }

  isConnected(): boolean {
    return this.#connection.connected;
  }

  /** There is no native call that could hang. */
  process(): undefined {
    return undefined;
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    return () => void this.#listeners?.delete(listener);
  }

  facts(): Promise<HostFacts> {
    return this.#read('facts', factsOf);
  }

  tuning(): Promise<HostTuning> {
    return this.#read('tuning', tuningOf);
  }

  freePages(): Promise<readonly FreePages[]> {
    return this.#read('freePages', freePages);
  }

  ensureBaseImage(volume: VolumeRef, source: VolumeSource): Promise<VolumeInfo> {
    return this.#change('ensureBaseImage', (host) => volumes.ensureBaseImage(host, volume, source));
  }

  ensureOverlay(volume: VolumeRef, base: VolumeRef, capacityBytes: number): Promise<VolumeInfo> {
    return this.#change('ensureOverlay', (host) => volumes.ensureOverlay(host, volume, base, capacityBytes));
  }

  ensureBlank(volume: VolumeRef, capacityBytes: number): Promise<VolumeInfo> {
    return this.#change('ensureBlank', (host) => volumes.ensureBlank(host, volume, capacityBytes));
  }

  ensureContent(volume: VolumeRef, content: Uint8Array): Promise<VolumeInfo> {
    return this.#change('ensureContent', (host) => volumes.ensureContent(host, volume, content));
  }

  listVolumes(pool: string): Promise<readonly VolumeInfo[]> {
    return this.#read('listVolumes', (host) => volumes.listVolumes(host, pool));
  }

  presentVolumes(pool: string): Promise<readonly PresentVolume[]> {
    return this.#read('presentVolumes', (host) => volumes.presentVolumes(host, pool));
  }

  removeVolume(volume: VolumeRef): Promise<void> {
    return this.#change('removeVolume', (host) => volumes.removeVolume(host, volume));
  }

  ensureNetwork(spec: NetworkSpec): Promise<void> {
    return this.#change('ensureNetwork', (host) => networks.ensureNetwork(host, spec));
  }

  listNetworks(): ReturnType<Engine['listNetworks']> {
    return this.#read('listNetworks', networks.listNetworks);
  }

  removeNetwork(name: string): Promise<void> {
    return this.#change('removeNetwork', (host) => networks.removeNetwork(host, name));
  }

  ensureDomain(xml: string): Promise<DomainInfo> {
    return this.#change('ensureDomain', (host) => domains.ensureDomain(host, xml));
  }

  ensureStarted(uuid: VnfcId): Promise<DomainInfo> {
    return this.#change('ensureStarted', (host) => domains.ensureStarted(host, uuid));
  }

  ensureStopped(uuid: VnfcId, timeoutMs: number): Promise<DomainInfo> {
    return this.#connection.call('ensureStopped', async () => {
      const hung = findDomain(this.#host, uuid).running?.guest.hung ?? false;
      if (hung && timeoutMs > 0) await this.#host.clock.sleep(timeoutMs);
      const info = domains.end(this.#host, uuid, hung || timeoutMs === 0 ? 'destroyed' : 'shutdown');
      this.#save();
      return info;
    });
  }

  ensureCard(uuid: VnfcId, card: string): Promise<void> {
    return this.#change('ensureCard', (host) => cards.ensureCard(host, uuid, card));
  }

  removeCard(uuid: VnfcId, card: string, timeoutMs: number): Promise<void> {
    return this.#connection.call('removeCard', async () => {
      if (cards.isKept(this.#host, uuid, card)) {
        await this.#host.clock.sleep(timeoutMs);
        throw new Refusal('Timeout', 'operationFailed', keptByGuest(uuid, nameOfCard(card), timeoutMs));
      }
      cards.removeCard(this.#host, uuid, card);
      this.#save();
    });
  }

  removeDomain(uuid: VnfcId): Promise<void> {
    return this.#change('removeDomain', (host) => domains.removeDomain(host, uuid));
  }

  domain(uuid: VnfcId): Promise<DomainInfo> {
    return this.#read('domain', (host) => domains.infoOf(findDomain(host, uuid)));
  }

  listDomains(): Promise<readonly DomainInfo[]> {
    return this.#read('listDomains', ({ state }) => [...state.domains.values()].map(domains.infoOf));
  }

  domainXml(uuid: VnfcId, which?: 'defined'): Promise<string> {
    return this.#read('domainXml', (host) => domains.domainXml(host, uuid, which));
  }

  stats(): Promise<readonly DomainStats[]> {
    return this.#read('stats', (host) => [...host.state.domains.values()].map((domain) => statsOf(host, domain)));
  }

  whereabouts(uuid?: VnfcId): Promise<readonly DomainWhereabouts[]> {
    return this.#read('whereabouts', (host) => whereaboutsOf(host, uuid));
  }

  guestExec(uuid: VnfcId, command: readonly string[]): Promise<GuestCommandResult> {
    return this.#connection.call('guestExec', () => {
      const before = this.#host.state.domains.get(uuid);
      const result = guests.guestExec(this.#host, uuid, command);
      // Asking for the status, which happens all the time, changes nothing.
      if (this.#host.state.domains.get(uuid) !== before) this.#save();
      return result;
    });
  }

  guestOs(uuid: VnfcId): Promise<GuestOs> {
    return this.#read('guestOs', (host) => guests.guestOs(host, uuid));
  }

  guestWriteFile(uuid: VnfcId, path: string, content: Uint8Array): Promise<void> {
    return this.#change('guestWriteFile', (host) => guests.guestWriteFile(host, uuid, path, content));
  }

  #read<T>(verb: EngineVerb, work: (host: SimulatedHost) => T): Promise<T> {
    return this.#connection.call(verb, () => work(this.#host));
  }

  /** What was done is saved before it is answered. */
  #change<T>(verb: EngineVerb, work: (host: SimulatedHost) => T): Promise<T> {
    return this.#connection.call(verb, () => {
      const result = work(this.#host);
      this.#save();
      return result;
    });
  }

  #stateNow(): HostState {
    this.#state ??= this.#file?.load(this.#host.clock.timeMs()) ?? emptyState();
    return this.#state;
  }

  #save(): void {
    const state = this.#stateNow();
    if (this.#file === undefined) takeChanges(state);
    else this.#file.save(state);
  }

  /** Nobody hears of a host that is out of reach. */
  #emit(event: EngineEvent): void {
    if (this.#connection.connected) this.#tell(event);
  }

  #tell(event: EngineEvent): void {
    this.#heard?.(event);
    for (const listener of this.#listeners ?? []) listener(event);
  }
}

export const createSimulatedEngine = (spec: SimulatedHostSpec, options: SimulatedOptions): SimulatedEngine =>
  new SimulatedEngine(spec, options);
