/**
 * The engine port on libvirt. Verbs are calls in child processes; what needs waiting is beside
 * (`stopping.ts`, `guest.ts`), what needs thought too (`facts.ts`, `acceleration/`).
 */
import { release } from 'node:os';
import type { HostTuning } from '../../inventory/host-audit/tuning.js';
import type { Acceleration, AccelerationKind, HostFacts, OperatorsWord } from '../../inventory/model.js';
import type { Own } from '../../libvirt-xml/domain-use.js';
import { readNetwork } from '../../libvirt-xml/read-network.js';
import type { Clock } from '../../shared/clock.js';
import { defined } from '../../shared/defined.js';
import { type HostId, type VnfcId, vnfcId } from '../../shared/ids.js';
import type {
  DomainInfo,
  DomainStats,
  DomainWhereabouts,
  Engine,
  EngineEvent,
  EngineProcess,
  FreePages,
  GuestCommandResult,
  GuestOs,
  NetworkSpec,
  OwnDomains,
  PresentVolume,
  VolumeInfo,
  VolumeRef,
  VolumeSource,
} from '../engine.js';
import { findAcceleration } from './acceleration/find-acceleration.js';
import type { CallName } from './calls/registry.js';
import { deadlineMs } from './deadlines.js';
import { isOfCards } from './device-events.js';
import { GuestDriver } from './guest-driver.js';
import { hostFacts, type HostPicture, hugepagesOf, readHost } from './facts.js';
import { Guest } from './guest.js';
import { HostLink } from './host-link.js';
import { localPidDirectory } from './local-pid-directory.js';
import { createProcessPools, type ProcessPools } from './processes/process-pools.js';
import type { HostNotice } from './protocol.js';
import { readCounters } from './read-counters.js';
import { stopDomain } from './stopping.js';
import { unmarked } from './taken.js';
import { readTuning } from './tuning.js';
import { unplugCard } from './unplugging.js';

export interface LibvirtEngineOptions {
  readonly hostId: HostId;
  /** e.g. `qemu:///system`, `qemu+tls://host/system`. */
  readonly uri: string;
  /** The directory pool that Berth makes for itself. */
  readonly pool?: { readonly name: string; readonly path: string };
  readonly callsAtOnce?: number;
  readonly connectTimeoutMs?: number;
  readonly aloneMs?: number;
  readonly keepAliveSeconds?: number;
  /** Says how the host accelerates instead of finding it out. */
  readonly acceleration?: AccelerationKind;
  readonly told?: OperatorsWord;
  readonly clock: Clock;
  readonly deadlineMs?: (name: CallName) => number;
  /** Whose processes it shares; its own otherwise. */
  readonly pools?: ProcessPools;
}

/** The directory pool that Berth makes where nobody names another. */
export const usualPool = { name: 'berth', path: '/var/lib/libvirt/images/berth' } as const;

const usual = {
  pool: usualPool,
  /** As many QEMUs of a host as `stats` may hang, less one, before some counters of the others are missed. */
  lanes: { calls: 4, guest: 3, stats: 4, looks: 1 },
  connectTimeoutMs: 15_000,
  aloneMs: 10 * 60_000,
  keepAliveSeconds: 3,
} as const;

export const createLibvirtEngine = (options: LibvirtEngineOptions): Engine => new LibvirtEngine(options);

class LibvirtEngine implements Engine {
  readonly hostId: HostId;
  readonly #options: LibvirtEngineOptions;
  readonly #host: HostLink;
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  /** Domains whose agent is known to be connected. */
  readonly #agents = new Set<VnfcId>();
  readonly #guestDriver = new GuestDriver();
  readonly #pool: string;
  readonly #isLocal: boolean;
  #probing: Promise<Acceleration> | undefined;
  #acceleration: Acceleration | undefined;
  /** As last read. */
  #functions: HostFacts['pciFunctions'] = [];
  #whyDeaf: string | undefined;
  /** The last upload under way into each volume. */
  readonly #uploads = new Map<string, Promise<unknown>>();

  constructor(options: LibvirtEngineOptions) {
    this.hostId = options.hostId;
    this.#options = options;
    this.#pool = (options.pool ?? usual.pool).name;
    const pidDirectory = localPidDirectory(options.uri);
    this.#isLocal = pidDirectory !== undefined;
    this.#host = new HostLink(
      {
        hostId: options.hostId,
        uri: options.uri,
        pool: options.pool ?? usual.pool,
        lanes: { ...usual.lanes, calls: options.callsAtOnce ?? usual.lanes.calls },
        connectTimeoutMs: options.connectTimeoutMs ?? usual.connectTimeoutMs,
        aloneMs: options.aloneMs ?? usual.aloneMs,
        keepAliveSeconds: options.keepAliveSeconds ?? usual.keepAliveSeconds,
        deadlineMs: options.deadlineMs ?? deadlineMs,
        clock: options.clock,
        pools: options.pools ?? createProcessPools({ clock: options.clock }),
        ...defined({ pidDirectory }),
      },
      {
        connected: () => {
          this.#guestDriver.forget();
          this.#emit({ type: 'connected', hostId: this.hostId });
        },
        disconnected: (reason) => {
          this.#emit({ type: 'disconnected', hostId: this.hostId, reason });
        },
        notice: (notice) => {
          this.#notice(notice);
        },
      },
    );
  }

  start(): Promise<void> {
    return this.#host.start();
  }

  stop(): Promise<void> {
    return this.#host.stop();
  }

  isConnected(): boolean {
    return this.#host.connected;
  }

  process(): EngineProcess {
    return this.#host.process;
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async facts(known?: Acceleration, own?: OwnDomains): Promise<HostFacts> {
    const picture = await this.#picture();
    const acceleration = await this.#findAcceleration(picture, known);
    const said = { pool: this.#pool, ...this.#options.told, ...(own && { own: await ownIn(picture, own) }) };
    const free = await this.#freePages(picture);
    const facts = hostFacts(picture, free, acceleration, said);
    this.#functions = facts.pciFunctions;
    const driverFault = await this.#guestDriver.faultOf(facts.pciFunctions, (device) =>
      this.#host.call('tryGuestDriver', device),
    );
    return driverFault === undefined ? facts : hostFacts(picture, free, acceleration, { ...said, driverFault });
  }

  async tuning(): Promise<HostTuning> {
    return readTuning(await this.#host.call('describeTuning'), this.#options.told);
  }

  async freePages(): Promise<readonly FreePages[]> {
    return this.#freePages(await this.#picture());
  }

  /** Two uploads into one volume would spoil it: the second waits, and then finds it done. */
  ensureBaseImage(volume: VolumeRef, source: VolumeSource): Promise<VolumeInfo> {
    const key = `${volume.pool}/${volume.name}`;
    const before = this.#uploads.get(key) ?? Promise.resolve();
    const upload = before.catch(() => undefined).then(() => this.#host.call('ensureBaseImage', volume, source));
    this.#uploads.set(key, upload);
    return upload.finally(() => {
      if (this.#uploads.get(key) === upload) this.#uploads.delete(key);
    });
  }

  ensureOverlay(volume: VolumeRef, base: VolumeRef, capacityBytes: number): Promise<VolumeInfo> {
    return this.#host.call('ensureOverlay', volume, base, capacityBytes);
  }

  ensureBlank(volume: VolumeRef, capacityBytes: number): Promise<VolumeInfo> {
    return this.#host.call('ensureBlank', volume, capacityBytes);
  }

  ensureContent(volume: VolumeRef, content: Uint8Array): Promise<VolumeInfo> {
    return this.#host.call('ensureContent', volume, content);
  }

  listVolumes(pool: string): Promise<readonly VolumeInfo[]> {
    return this.#host.call('listVolumes', pool);
  }

  presentVolumes(pool: string): Promise<readonly PresentVolume[]> {
    return this.#host.call('presentVolumes', pool);
  }

  removeVolume(volume: VolumeRef): Promise<void> {
    return this.#host.call('removeVolume', volume);
  }

  ensureNetwork(spec: NetworkSpec): Promise<void> {
    return this.#host.call('ensureNetwork', spec);
  }

  async listNetworks(): Promise<
    readonly { readonly name: string; readonly bridge?: string; readonly active: boolean }[]
  > {
    const listed = await this.#host.call('listNetworks');
    return listed.map(({ xml, active }) => {
      const { name, bridge } = readNetwork(xml);
      return { name, active, ...defined({ bridge }) };
    });
  }

  removeNetwork(name: string): Promise<void> {
    return this.#host.call('removeNetwork', name);
  }

  ensureDomain(xml: string): Promise<DomainInfo> {
    return this.#host.call('ensureDomain', xml);
  }

  ensureStarted(uuid: VnfcId): Promise<DomainInfo> {
    return this.#host.call('ensureStarted', uuid);
  }

  ensureStopped(uuid: VnfcId, timeoutMs: number): Promise<DomainInfo> {
    return stopDomain(this.#host, uuid, timeoutMs, this.#options.clock);
  }

  ensureCard(uuid: VnfcId, card: string): Promise<void> {
    return this.#host.call('ensureCard', uuid, card);
  }

  removeCard(uuid: VnfcId, card: string, timeoutMs: number): Promise<void> {
    return unplugCard(this.#host, { hostId: this.hostId, uuid, card }, timeoutMs, this.#options.clock);
  }

  removeDomain(uuid: VnfcId): Promise<void> {
    return this.#host.call('removeDomain', uuid);
  }

  domain(uuid: VnfcId): Promise<DomainInfo> {
    return this.#host.call('domainInfo', uuid);
  }

  listDomains(): Promise<readonly DomainInfo[]> {
    return this.#host.call('listDomains');
  }

  domainXml(uuid: VnfcId, which?: 'defined'): Promise<string> {
    return this.#host.call('domainXml', uuid, which);
  }

  stats(): Promise<readonly DomainStats[]> {
    return readCounters(this.#host);
  }

  whereabouts(uuid?: VnfcId): Promise<readonly DomainWhereabouts[]> {
    return this.#host.call('readWhereabouts', uuid);
  }

  guestExec(uuid: VnfcId, command: readonly string[], timeoutMs: number): Promise<GuestCommandResult> {
    return this.#guest(uuid).exec(command, timeoutMs);
  }

  guestOs(uuid: VnfcId): Promise<GuestOs> {
    return this.#guest(uuid).os();
  }

  guestWriteFile(uuid: VnfcId, path: string, content: Uint8Array): Promise<void> {
    return this.#guest(uuid).writeFile(path, content);
  }

  #guest(uuid: VnfcId): Guest {
    return new Guest(this.#host, this.hostId, uuid, this.#options.clock);
  }

  async #freePages({ capabilities }: HostPicture): Promise<readonly FreePages[]> {
    const asked = capabilities.cells.map((cell) => ({
      cell: cell.id,
      sizesKiB: hugepagesOf(cell).map(({ sizeKiB }) => sizeKiB),
    }));
    return this.#host.call('freePages', asked);
  }

  /** One probe at a time; its verdict is remembered as long as it holds. */
  async #findAcceleration(picture: HostPicture, known: Acceleration | undefined): Promise<Acceleration> {
    await this.#probing?.catch(() => undefined);
    this.#probing = findAcceleration({
      engine: this,
      host: this.#host,
      picture,
      pool: this.#pool,
      kernel: this.#isLocal ? release() : 'unknown',
      override: this.#options.acceleration,
      known: known ?? this.#acceleration,
      clock: this.#options.clock,
    });
    this.#acceleration = await this.#probing;
    return this.#acceleration;
  }

  async #picture(): Promise<HostPicture> {
    return readHost(await this.#host.call('describeHost'));
  }

  /** libvirt says nothing of an agent whose domain stops. */
  #notice(notice: HostNotice): void {
    if (notice.type === 'devices') {
      if (isOfCards(notice.name, this.#functions)) this.#emit({ type: 'devices', hostId: this.hostId });
      return;
    }
    if (notice.type === 'no-device-events') {
      this.#toldWhyDeaf(notice.reason);
      return;
    }
    const uuid = vnfcId(notice.uuid);
    if (notice.type === 'agent') this.#agentNow(uuid, notice.connected);
    else if (notice.event === 'stopped' && this.#agents.has(uuid)) this.#agentNow(uuid, false);
    if (notice.type === 'domain') this.#emit({ ...notice, hostId: this.hostId, uuid });
  }

  /** Once, however often it connects. */
  #toldWhyDeaf(reason: string): void {
    if (this.#whyDeaf === reason) return;
    this.#whyDeaf = reason;
    this.#emit({ type: 'no-device-events', hostId: this.hostId, reason });
  }

  #agentNow(uuid: VnfcId, connected: boolean): void {
    if (connected) this.#agents.add(uuid);
    else this.#agents.delete(uuid);
    this.#emit({ type: 'agent', hostId: this.hostId, uuid, connected });
  }

  #emit(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** The database is asked about what bears no mark of this installation, and only where there is such a domain. */
async function ownIn({ description }: HostPicture, { installation, held }: OwnDomains): Promise<Own> {
  const strange = unmarked(description, installation).map(vnfcId);
  return { installation, ...(strange.length > 0 && { uuids: await held(strange) }) };
}
