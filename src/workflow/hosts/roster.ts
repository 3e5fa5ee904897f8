/**
 * The hosts of the fleet: those of the configuration, and those of the database, which can change at run time. The replica
 * that changes the database follows at once, other replicas poll every few seconds.
 */
import type { HostId } from '../../shared/ids.js';
import { hostId } from '../../shared/ids.js';
import type { Log } from '../../shared/log.js';
import { ok, refuse, type Outcome } from '../../shared/outcome.js';
import { errorText } from '../../shared/error-text.js';
import { problem, type Problem } from '../../shared/problem.js';
import { shownUri } from '../../shared/shown-uri.js';
import { mergePatch } from '../../lifecycle/merge-patch.js';
import { obstacleTo, type HostUse } from '../../inventory/host-change.js';
import type { AddedHost, HostDirectory, HostEntry } from '../../store/host-directory.js';
import type { HostMoment, HostRecord, HostRecords } from '../../store/hosts.js';
import type { Background, Task } from '../background/background.js';
import type { HostCommands, ToldHost } from '../commands.js';
import { everyPage } from '../records/every-page.js';
import type { Fleet } from './fleet.js';
import type { ConfiguredSettings, HostAdmission, ReadHost } from './admission.js';

export interface RosterPorts {
  readonly store: HostDirectory & Pick<HostRecords, 'host' | 'hostPage' | 'ensureHosts'>;
  readonly fleet: Pick<Fleet, 'add' | 'adjust' | 'reconnect' | 'remove' | 'host' | 'recordMoments'>;
  readonly admission: HostAdmission;
  readonly configured: readonly ConfiguredSettings[];
  readonly background: Background;
  readonly log: Log;
  /** What is counted of it is forgotten. */
  readonly removed: (id: HostId) => void;
}

/** Longest time until a replica knows of a change. */
const followMs = 2_000;

interface Member {
  readonly read: ReadHost;
  readonly revision: number;
}

interface Kept extends Pick<ReadHost, 'entry' | 'shown'> {
  readonly revision: number;
  readonly use: Partial<HostUse>;
}

interface Unusable {
  readonly revision: number;
  readonly entry: HostEntry;
  readonly cause: string;
  /** The settings are valid, but the engine could not be created yet. */
  readonly isTriedAgain: boolean;
}

export class HostRoster implements HostCommands {
  private readonly configured: ReadonlyMap<HostId, ConfiguredSettings>;
  /** By hypervisor, in the order in which they came. */
  private readonly idsAt = new Map<string, Set<HostId>>();
  private readonly added = new Map<HostId, Member>();
  /** Settings that cannot be used here; each is logged once. */
  private readonly unusable = new Map<HostId, Unusable>();
  private seen = 0;
  private following: Promise<void> = Promise.resolve();
  private readonly task: Task;

  constructor(private readonly ports: RosterPorts) {
    this.configured = new Map(ports.configured.map((host) => [host.id, host]));
    this.task = ports.background.add({
      name: 'host-directory',
      does: 'following changes of hosts',
      everyMs: followMs,
      isFirstLater: true,
      run: () => this.follow(),
    });
  }

  told(id: HostId): ToldHost | undefined {
    const own = this.configured.get(id);
    if (own) return { origin: own.origin ?? 'configuration', ...(own.shown && { settings: own.shown }) };
    const unusable = this.unusable.get(id);
    if (unusable) return { origin: 'api', settings: shownOf(unusable.entry), unusableBecause: unusable.cause };
    const member = this.added.get(id);
    return member && { origin: 'api', settings: member.read.shown };
  }

  async add(entry: HostEntry): Promise<Outcome<HostRecord>> {
    const read = this.ports.admission.receive(entry);
    if (!read.ok) return read;
    const { settings, entry: whole, hypervisor } = read.value;
    const own = this.configured.get(settings.id);
    if (own) return refuse(problem('host-known', `Host ${own.id} comes from ${sourceOf(own)}; choose another id.`));
    const { id, zone } = settings;
    const added = await this.ports.store.addHost({ id, zone, entry: whole, ...(hypervisor && { hypervisor }) });
    if (added.ok) this.ports.log.info({ hostId: id, settings: read.value.shown }, 'a host was added');
    return this.followed(added.ok ? added : refuse(await this.withWayOut(id, added.problem)));
  }

  async change(id: HostId, patch: HostEntry, ifRevision?: number): Promise<Outcome<HostRecord>> {
    const refusal = this.refusalOfConfigured(id);
    if (refusal) return refusal;
    await this.follow();
    const kept = this.keptOf(id);
    if (kept === undefined) return refuse(await this.whyUnchangeable(id));
    const { admission, store, fleet } = this.ports;
    const wished = { ...mergePatch(kept.entry, patchOf(kept.shown, patch)), id };
    const read = admission.receive(wished, kept.entry);
    if (!read.ok) return refuse(await this.withWayOut(id, read.problem));
    const { settings, entry, hypervisor, use } = read.value;
    const functions = fleet.host(id)?.facts.pciFunctions ?? [];
    const changed = await store.changeHost({
      ...{ id, zone: settings.zone, entry },
      ...(hypervisor && { hypervisor }),
      // The change was merged into these settings: a concurrent change must not be lost.
      ifRevision: ifRevision ?? kept.revision,
      obstacle: (claims) => obstacleTo({ ...use, ...kept.use }, use, claims, functions),
    });
    if (changed.ok) this.ports.log.info({ hostId: id, settings: read.value.shown }, 'the settings of a host changed');
    return this.followed(changed);
  }

  async remove(id: HostId, ifRevision?: number): Promise<Outcome<void>> {
    const refusal = this.refusalOfConfigured(id);
    if (refusal) return refusal;
    const removed = await this.ports.store.removeHost(id, ifRevision);
    if (removed.ok) this.ports.log.info({ hostId: id }, 'a host was removed');
    return this.followed(removed.ok ? removed : refuse(await this.withWayOut(id, removed.problem)));
  }

  /** Before anything is placed: the hosts that the database has. */
  async start(): Promise<void> {
    for (const { id, hypervisor } of this.ports.configured) this.tellTwin(id, hypervisor);
    await this.follow();
  }

  /** The configuration, and what an earlier Berth kept, are not asked whether a hypervisor has an id already. */
  private tellTwin(id: HostId, hypervisor: string | undefined): void {
    if (hypervisor === undefined) return;
    const ids = this.idsAt.get(hypervisor) ?? new Set<HostId>();
    this.idsAt.set(hypervisor, ids.add(id));
    const [sameAs] = ids;
    if (sameAs === undefined || sameAs === id) return;
    this.ports.log.error(
      { hostId: id, sameAs, hypervisor },
      'two hosts are one hypervisor, so what it has is given away twice; drain one of them and remove it',
    );
  }

  private leave(id: HostId, hypervisor: string | undefined): void {
    if (hypervisor === undefined) return;
    const ids = this.idsAt.get(hypervisor);
    ids?.delete(id);
    if (ids?.size === 0) this.idsAt.delete(hypervisor);
  }

  private refusalOfConfigured(id: HostId): Outcome<never> | undefined {
    const own = this.configured.get(id);
    if (own === undefined) return undefined;
    const detail = `Host ${id} comes from ${sourceOf(own)}; change it there and start Berth again.`;
    return refuse(problem('configured-host', detail));
  }

  /** What the database has of a host that was added, whether it can be used or not. */
  private keptOf(id: HostId): Kept | undefined {
    const unusable = this.unusable.get(id);
    if (unusable) {
      const { revision, entry } = unusable;
      return { revision, entry, shown: shownOf(entry), use: this.ports.admission.held(entry) };
    }
    const member = this.added.get(id);
    return member && { revision: member.revision, ...member.read };
  }

  /** All requests on a host with unusable settings are answered with the same instruction. */
  private async withWayOut(id: HostId, refusal: Problem): Promise<Problem> {
    await this.follow();
    const unusable = this.unusable.get(id);
    if (unusable === undefined) return refusal;
    const detail =
      `${refusal.detail} This Berth cannot use the settings that host ${id} has: ${unusable.cause} Correct them with ` +
      `PATCH /nfvi/v1/hosts/${id} ("berth host set ${id} --file FILE"); null removes a setting, and what VNFCs hold must stay.`;
    return { ...refusal, detail };
  }

  private async whyUnchangeable(id: HostId): Promise<Problem> {
    if ((await this.ports.store.host(id)) === undefined) return problem('not-found', `There is no host ${id}.`);
    const detail = `Host ${id} is missing: no configuration names it. Add it with its id to take it in again, or remove it.`;
    return problem('wrong-state', detail);
  }

  /** The database is authoritative, even if this replica follows later. */
  private async followed<T>(outcome: Outcome<T>): Promise<Outcome<T>> {
    if (!outcome.ok) return outcome;
    try {
      await this.follow();
    } catch (error) {
      this.ports.log.warn({ cause: String(error) }, 'the change of a host is not in force here yet');
      this.task.wake();
    }
    return ok(outcome.value);
  }

  /** One at a time, each on the result of the one before. */
  private follow(): Promise<void> {
    const turn = this.following.then(() => this.catchUp());
    this.following = turn.catch(() => undefined);
    return turn;
  }

  private async catchUp(): Promise<void> {
    const { store } = this.ports;
    const count = await store.hostChanges();
    if (count === this.seen) return;
    const rows = await store.addedHosts();
    for (const row of rows) if (!this.configured.has(row.id)) await this.take(row);
    const there = new Set(rows.map(({ id }) => id));
    for (const id of this.unusable.keys()) if (!there.has(id)) this.unusable.delete(id);
    for (const id of this.added.keys()) if (!there.has(id)) await this.lose(id);
    await this.keepConfigured();
    if (![...this.unusable.values()].some(({ isTriedAgain }) => isTriedAgain)) this.seen = count;
  }

  private async take(row: AddedHost): Promise<void> {
    const { id, revision } = row;
    const known = this.added.get(id);
    const unusable = this.unusable.get(id);
    if (known?.revision === revision || (unusable?.revision === revision && !unusable.isTriedAgain)) return;
    const read = this.ports.admission.read(row.entry);
    if (!read.ok) return this.doWithout(row, read.problem.detail, false);
    const record = await this.ports.store.host(id);
    if (record === undefined) return;
    try {
      await this.takeUp(read.value, record, known);
    } catch (error) {
      return this.doWithout(row, `${errorText(error)}.`, true);
    }
    this.unusable.delete(id);
    this.added.set(id, { read: read.value, revision });
  }

  /** A failure does not stop the other hosts from being followed. */
  private doWithout({ id, revision, entry }: AddedHost, cause: string, isTriedAgain: boolean): void {
    const isKnown = this.unusable.get(id)?.revision === revision;
    this.unusable.set(id, { revision, entry, cause, isTriedAgain });
    if (!isKnown) this.ports.log.error({ hostId: id, cause }, 'a host of the database cannot be used by this Berth');
  }

  private async takeUp(read: ReadHost, record: HostRecord, known: Member | undefined): Promise<void> {
    const { admission, fleet } = this.ports;
    if (known === undefined) {
      this.tellTwin(read.settings.id, read.hypervisor);
      admission.admit(read);
      fleet.add(read.settings, record);
    } else if (known.read.engineKey === read.engineKey) {
      admission.adjust(read);
      fleet.adjust(read.settings, momentOf(record));
    } else {
      this.leave(read.settings.id, known.read.hypervisor);
      this.tellTwin(read.settings.id, read.hypervisor);
      const stopped = admission.readmit(read);
      fleet.reconnect(read.settings, momentOf(record));
      await stopped;
    }
  }

  /** A host that another configuration names by now stays as it is. */
  private async lose(id: HostId): Promise<void> {
    const { store, fleet, admission, log, removed } = this.ports;
    if ((await store.host(id)) !== undefined) {
      log.warn({ hostId: id }, 'a host that was added by API is in the configuration of another replica');
      return;
    }
    this.leave(id, this.added.get(id)?.read.hypervisor);
    this.added.delete(id);
    fleet.remove(id);
    removed(id);
    await admission.dismiss(id);
  }

  /** Rows of the configured hosts as they are now; one that another replica removed, which did not know it, is made again. */
  private async keepConfigured(): Promise<void> {
    const { store, fleet } = this.ports;
    const left = new Set(this.configured.keys());
    for await (const page of everyPage((asked) => store.hostPage(asked))) {
      fleet.recordMoments(page);
      for (const { id } of page) left.delete(id);
    }
    if (left.size === 0) return;
    fleet.recordMoments(await store.ensureHosts(this.ports.configured.filter(({ id }) => left.has(id))));
  }
}

const sourceOf = ({ source = 'the configuration' }: ConfiguredSettings): string => source;

const momentOf = ({ id, zone, adminState, generation }: HostRecord): HostMoment => ({
  ...{ id: hostId(id), zone, adminState, generation },
});

const shownOf = (entry: HostEntry): HostEntry =>
  typeof entry['uri'] === 'string' ? { ...entry, uri: shownUri(entry['uri']) } : entry;

/** A URI as it was shown, without its password, changes nothing. */
function patchOf(shown: HostEntry, patch: HostEntry): HostEntry {
  const { uri, ...rest } = patch;
  return uri === undefined || uri === shown['uri'] ? rest : patch;
}
