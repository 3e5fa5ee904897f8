/**
 * The audit reports objects without an owner, and removes them on request only. The exception are objects that the
 * database recorded as ended: they reappear when a host lost power, and would run beside their successor.
 */
import type { PackageFiles } from '../../artifacts/artifacts.js';
import { EngineError, type Engine } from '../../engine/engine.js';
import type { Engines } from '../../engine/engines.js';
import { fnv1aHex } from '../../shared/hash.js';
import type { Clock } from '../../shared/clock.js';
import { allocationId, vnfPkgId, type HostId, type InstallationId } from '../../shared/ids.js';
import type { Log } from '../../shared/log.js';
import { ok, refuse, type Outcome } from '../../shared/outcome.js';
import { problem } from '../../shared/problem.js';
import { fleetWide } from '../../inventory/model.js';
import type { ClaimRecords } from '../../store/claims.js';
import type { Ownership } from '../../store/ownership.js';
import type { Background, KeyedTask } from '../background/background.js';
import { causeOf } from '../step-problem.js';
import type { AuditEntry, AuditView } from './audit-view.js';
import { refuseInUse } from './in-use.js';
import { lookAt, type Sighting } from './host-look.js';

export interface AuditPorts {
  readonly store: Ownership & Pick<ClaimRecords, 'ownerlessAllocations' | 'releaseAllocations'>;
  readonly engines: Engines;
  readonly files: PackageFiles;
  readonly clock: Clock;
  readonly log: Log;
  readonly installation: () => InstallationId;
  readonly background: Background;
}

/** Entries kept per host or directory; the log counts the others. */
const mostEntries = 1000;
const namesInLog = 20;
/** Longer than any call to a host. */
const lookLimitMs = 600_000;
const dataDirectory = '';

type Place = HostId | typeof dataDirectory;

export class Audit implements AuditView {
  private readonly found = new Map<Place, readonly AuditEntry[]>();
  private readonly removed = new Set<HostId>();
  private readonly looks: KeyedTask<Place>;

  constructor(
    private readonly ports: AuditPorts,
    private readonly poolsOf: (hostId: HostId) => readonly string[],
  ) {
    this.looks = ports.background.keyed({
      name: 'audit',
      does: 'looking for objects without an owner',
      about: (place) => ({ hostId: place }),
      limitMs: lookLimitMs,
      run: (place) => (place === dataDirectory ? this.lookAtArchives() : this.lookAtHost(ports.engines.of(place))),
    });
  }

  entries(): readonly AuditEntry[] {
    return [...this.found.values()].flat().sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Audits a host, by a reading that begins after the call. Never throws. */
  look(hostId: HostId): Promise<void> {
    this.removed.delete(hostId);
    return this.looks.ask(hostId);
  }

  /** The host left the fleet: the result of an audit under way is dropped. */
  forget(hostId: HostId): void {
    this.removed.add(hostId);
    this.found.delete(hostId);
  }

  /** Archives in the data directory. */
  lookAtFiles(): Promise<void> {
    return this.looks.ask(dataDirectory);
  }

  async remove(id: string): Promise<Outcome<void>> {
    const before = this.entries().find((entry) => entry.id === id);
    if (before === undefined) return refuse(problem('not-found', `The audit has no entry ${id}; list it again.`));
    await (before.hostId === undefined ? this.lookAtFiles() : this.look(before.hostId));
    const entry = this.entries().find((each) => each.id === id);
    if (entry === undefined)
      return refuse(problem('wrong-state', `${textOf(before)} is gone or in use by now; nothing was removed.`));
    if (entry.whose === 'other')
      return refuse(
        problem(
          'wrong-state',
          `${textOf(entry)} belongs to installation ${entry.installationId ?? ''}; remove it with that Berth, or on the host itself.`,
        ),
      );
    return this.removeEntry(entry);
  }

  private async removeEntry(entry: AuditEntry): Promise<Outcome<void>> {
    try {
      if (entry.kind === 'allocation') await this.ports.store.releaseAllocations([allocationId(entry.name)]);
      else if (entry.hostId === undefined) await this.ports.files.remove(vnfPkgId(entry.name));
      else await take(this.ports.engines.of(entry.hostId), entry);
    } catch (error) {
      if (!(error instanceof EngineError) || error.kind !== 'Conflict') throw error;
      return refuse(problem('wrong-state', `${textOf(entry)} was not removed: ${error.native?.text ?? error.message}`));
    }
    this.ports.log.info({ ...entry }, 'removed an object without an owner on request');
    await (entry.hostId === undefined ? this.lookAtFiles() : this.look(entry.hostId));
    return ok(undefined);
  }

  private async lookAtHost(engine: Engine): Promise<void> {
    const { store, installation } = this.ports;
    const { hostId } = engine;
    const look = () => lookAt({ engine, pools: this.poolsOf(hostId), store, installation: installation() });
    let seen = await look();
    // The end of an operation is recorded shortly after its objects are removed: only a second reading shows a reappearance.
    if (seen.some(({ hasEnded }) => hasEnded)) seen = await look();
    const left: Sighting[] = [];
    for (const one of seen) if (!one.hasEnded || !(await this.sweep(engine, one))) left.push(one);
    left.push(...(await this.allocationsOn(hostId)));
    if (!this.removed.has(hostId)) this.learn(hostId, left);
  }

  /** Whether it was removed; an object that others depend on stays, and is reported. */
  private async sweep(engine: Engine, one: Sighting): Promise<boolean> {
    try {
      await take(engine, one);
      this.ports.log.warn({ hostId: engine.hostId, ...one }, 'removed what had ended before and was there again');
      return true;
    } catch (error) {
      this.ports.log.warn(
        { hostId: engine.hostId, ...one, cause: causeOf(error) },
        'an object that the database recorded as ended could not be removed',
      );
      return false;
    }
  }

  private async lookAtArchives(): Promise<void> {
    const stored = await this.ports.files.stored();
    const standing = await this.ports.store.packageStanding(stored);
    const strange = stored.filter((id) => !standing.has(id));
    const archives = strange.map((name): Sighting => ({ kind: 'archive', name, whose: 'unknown', hasEnded: false }));
    this.learn(dataDirectory, [...archives, ...(await this.allocationsOn(fleetWide))]);
  }

  /** Allocations without a keeper; addresses are on host `*`. */
  private async allocationsOn(host: string): Promise<readonly Sighting[]> {
    const all = await this.ports.store.ownerlessAllocations(mostEntries);
    return all
      .filter(({ hostId }) => hostId === host)
      .map(({ id }) => ({ kind: 'allocation', name: id, whose: 'this', hasEnded: false }));
  }

  /** Logs what is new and what is gone. */
  private learn(place: Place, seen: readonly Sighting[]): void {
    const before = new Map((this.found.get(place) ?? []).map((entry) => [entry.id, entry]));
    const all = seen.map(({ hasEnded: _ended, vnfcId: _id, ...one }): AuditEntry => {
      const id = idOf(place, one);
      const seenSinceMs = before.get(id)?.seenSinceMs ?? this.ports.clock.now();
      return { id, ...(place !== dataDirectory && { hostId: place }), ...one, seenSinceMs };
    });
    const now = all.slice(0, mostEntries);
    this.found.set(place, now);
    const isSame = now.length === before.size && now.every(({ id }) => before.has(id));
    if (isSame) return;
    const names = now.slice(0, namesInLog).map(textOf);
    const about = { ...(place !== dataDirectory && { hostId: place }), count: all.length, names };
    if (now.length === 0) this.ports.log.info(about, 'the audit names nothing any more');
    else this.ports.log.warn(about, 'the audit names what nobody here owns; it stays until `berth audit remove`');
  }
}

async function take(engine: Engine, one: Pick<AuditEntry, 'kind' | 'pool' | 'name'>): Promise<void> {
  await refuseInUse(engine, one);
  switch (one.kind) {
    case 'domain': {
      const domain = (await engine.listDomains()).find(({ name }) => name === one.name);
      return domain && engine.removeDomain(domain.uuid);
    }
    case 'volume':
      return engine.removeVolume({ pool: one.pool ?? '', name: one.name });
    case 'network':
      return engine.removeNetwork(one.name);
    case 'archive':
    case 'allocation':
      throw new Error(`${one.kind} ${one.name} is on no host`);
  }
}

/** 64 bits: an id is only ever looked up among the entries that are there. */
function idOf(place: Place, { kind, pool = '', name }: Pick<AuditEntry, 'kind' | 'pool' | 'name'>): string {
  const text = JSON.stringify([place, kind, pool, name]);
  return `${fnv1aHex(text)}${fnv1aHex(text, 0x9e3779b9)}`;
}

const textOf = ({ kind, name, hostId, pool }: Pick<AuditEntry, 'kind' | 'name' | 'hostId' | 'pool'>): string =>
  `${kind} ${name}${pool === undefined ? '' : ` in pool ${pool}`}${hostId === undefined ? ' of the data directory' : ` on host ${hostId}`}`;
