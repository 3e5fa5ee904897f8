/**
 * Whether database and data directory belong together, found out before anything of either is touched. Berth cleans up
 * by what its database says, so a database that is missing, new, older or another's must never get that far.
 */
import { existsSync } from 'node:fs';
import type { PackageFiles } from './artifacts/artifacts.js';
import { readMark, writeMark, type DirectoryMark } from './artifacts/installation-file.js';
import type { BerthConfig } from './config/config.js';
import type { ComposedFleet } from './compose-fleet.js';
import { restoredFileIn } from './compose-restored.js';
import type { ComposedStore } from './compose-store.js';
import { errorText } from './shared/error-text.js';
import { installationId, type InstallationId } from './shared/ids.js';
import type { IdSource } from './shared/clock.js';
import { defined } from './shared/defined.js';
import type { Log } from './shared/log.js';
import type { StoreConnection } from './store/connection.js';
import type { Ownership } from './store/ownership.js';
import { randomIds } from './system.js';

export interface Meeting {
  /** The data directory, and its simulated part where hosts are simulated. */
  readonly directory: string;
  /** For people, e.g. `the database file /var/lib/berth/berth.sqlite`. */
  readonly database: string;
  /** A database of one file: where it should be. */
  readonly databaseFile?: string;
  /** The operator said once that the two belong together from now on. */
  readonly adopt: boolean;
}

export const composeInstallation = (
  { store, files, name, file }: ComposedStore & { readonly files: PackageFiles },
  { adoptDataDir = false }: BerthConfig,
  { stateDir: directory }: ComposedFleet,
): KnownInstallation =>
  new KnownInstallation(store, files, randomIds, {
    // Who restores a backup has said that the two belong together.
    adopt: adoptDataDir || existsSync(restoredFileIn(directory)),
    ...{ directory, database: name },
    ...defined({ databaseFile: file }),
  });

/** Throws when the database is not the one of the data directory. */
export async function openDatabase(
  store: Pick<StoreConnection, 'open'> & Ownership,
  installation: KnownInstallation,
  log: Log,
): Promise<void> {
  await installation.refuseMissing();
  await store.open();
  await installation.settle();
  log.info({ installationId: installation.id }, 'database and data directory belong together');
}

/** A database that cannot be reached any more does not keep Berth from stopping. */
export async function lastTick(installation: KnownInstallation, log: Log): Promise<void> {
  await installation.tick().catch((error: unknown) => {
    log.warn({ cause: errorText(error) }, 'the tick of the installation was not moved on; nothing is lost by it');
  });
}

/** The name of this Berth's installation, known from the start on. */
export class KnownInstallation {
  private mark: DirectoryMark | undefined;

  constructor(
    private readonly store: Pick<StoreConnection, 'open'> & Ownership,
    private readonly files: PackageFiles,
    private readonly ids: IdSource,
    private readonly meeting: Meeting,
  ) {}

  get id(): InstallationId {
    if (this.mark === undefined) throw new Error('the installation is known once Berth has started');
    return this.mark.id;
  }

  /** Before the database is opened, which would make an empty one where it is missing. Throws a sentence. */
  async refuseMissing(): Promise<void> {
    const { databaseFile, adopt } = this.meeting;
    if (databaseFile === undefined || adopt || existsSync(databaseFile)) return;
    const mark = await readMark(this.meeting.directory);
    if (mark !== undefined) throw new Mismatch(this.meeting, `belongs to installation ${mark.id}`, 'is missing');
    await this.refuseArchives('is missing');
  }

  /** With the database open: throws a sentence when it is not the directory's, else both know each other from now on. */
  async settle(): Promise<void> {
    const { directory, adopt } = this.meeting;
    const [mark, database] = [await readMark(directory), await this.store.installation()];
    if (!adopt) await this.refuseOther(mark, database);
    // A new database takes the place of the lost one; one that has a past of its own keeps its name.
    const wanted = (database.isEmpty ? undefined : database.id) ?? mark?.id ?? installationId(this.ids.uuid());
    await this.record(wanted, mark?.tick ?? 0);
  }

  /** From now on an older copy of the database is known to be older. */
  async tick(): Promise<void> {
    await this.record(this.id, 0);
  }

  private async record(wanted: InstallationId, atLeast: number): Promise<void> {
    this.mark = await this.store.tickInstallation(wanted, atLeast);
    await writeMark(this.meeting.directory, this.mark);
  }

  private async refuseOther(
    mark: DirectoryMark | undefined,
    { id, tick = 0, isEmpty }: Awaited<ReturnType<Ownership['installation']>>,
  ): Promise<void> {
    if (mark === undefined) {
      if (id === undefined && isEmpty) await this.refuseArchives('is new');
      else await this.refuseStrangeArchives(id);
      return;
    }
    const owner = `belongs to installation ${mark.id}`;
    if (id === undefined)
      throw new Mismatch(this.meeting, owner, isEmpty ? 'is new' : 'is older: it is from before installations had ids');
    if (id !== mark.id) throw new Mismatch(this.meeting, owner, `belongs to installation ${id}`);
    if (tick >= mark.tick) return;
    const [was, is] = [String(mark.tick), String(tick)];
    throw new Mismatch(this.meeting, `has seen tick ${was} of its database`, `is older: it is at tick ${is}`);
  }

  private async refuseArchives(found: string): Promise<void> {
    const stored = await this.stored();
    if (stored.length === 0) return;
    throw new Mismatch(this.meeting, `holds ${count(stored.length)}, e.g. packages/${stored[0] ?? ''}`, found);
  }

  /** A directory without a mark, e.g. a replica's new one or one from before there were marks. */
  private async refuseStrangeArchives(id: InstallationId | undefined): Promise<void> {
    const stored = await this.stored();
    if (stored.length === 0) return;
    const known = await this.store.packageStanding(stored);
    if (known.size > 0) return;
    const owner = id === undefined ? '' : `, of installation ${id},`;
    throw new Mismatch(this.meeting, `holds ${count(stored.length)}`, `${owner} knows none of them`);
  }

  private async stored() {
    await this.files.open();
    return this.files.stored();
  }
}

const count = (packages: number): string => `${String(packages)} stored VNF package(s)`;

/** What was found where, and how to go on. */
class Mismatch extends Error {
  constructor({ directory, database }: Meeting, directorySays: string, databaseSays: string) {
    super(
      `Berth does not start, and has removed nothing: the data directory ${directory} ${directorySays}, but ${database}${databaseSays.startsWith(',') ? '' : ' '}${databaseSays}. Name the right dataDir and store, or put the database back from a backup; to go on with just these two, start once with --adopt-data-dir (docs/store.md)`,
    );
    this.name = 'Mismatch';
  }
}
