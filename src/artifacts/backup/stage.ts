/**
 * A backup in the making: a snapshot of the database, and a second name for every archive that it speaks of, in a folder
 * of its own. Whatever is uploaded or deleted from then on, these bytes stay until the backup is sent. Images are not in
 * it: they are extracted from their archives again.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { StoredFile } from '../artifacts.js';
import { errnoOf } from '../../shared/errno.js';
import { databaseName, form, manifestName, markName, type BackupFile, type BackupManifest } from './manifest.js';
import { tarBytes, tarEnd, tarMember } from './tar.js';

/** One package as the snapshot knows it. */
export interface PackageInBackup {
  readonly id: string;
  readonly sha256: string;
}

export interface Snapshot {
  /** The latest migration. */
  readonly schema: string;
  /** Those whose bytes had arrived. */
  readonly packages: readonly PackageInBackup[];
}

export interface StageOptions {
  readonly dataDir: string;
  /** Version of this Berth. */
  readonly berth: string;
  readonly takenAt: Date;
  /** Writes the database, as it is at one moment, to a new file, and says what is in it. */
  readonly snapshot: (toFile: string) => Promise<Snapshot>;
}

export interface StagedBackup extends StoredFile {
  readonly manifest: BackupManifest;
  remove(): Promise<void>;
}

const prefix = '.backup-';

export async function stageBackup(options: StageOptions): Promise<StagedBackup> {
  const folder = await mkdtemp(join(options.dataDir, prefix));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const manifest = await fill(folder, options);
    return { ...asFile(folder, manifest), manifest, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What backups left that were under way when Berth was killed. */
export async function removeStages(dataDir: string): Promise<void> {
  const names = (await readdir(dataDir)).filter((name) => name.startsWith(prefix));
  for (const name of names) await rm(join(dataDir, name), { recursive: true, force: true });
}

async function fill(folder: string, { dataDir, berth, takenAt, snapshot }: StageOptions): Promise<BackupManifest> {
  // Before the database: a directory that knows a later start than its database is refused.
  const mark = await pin(join(dataDir, markName), join(folder, markName));
  const { schema, packages } = await snapshot(join(folder, databaseName));
  const files: BackupFile[] = [await describe(folder, databaseName)];
  if (mark) files.push(await describe(folder, markName));
  const withoutArchive: string[] = [];
  for (const { id, sha256 } of packages) {
    const name = `packages/${id}/content.csar`;
    await mkdir(join(folder, 'packages', id), { recursive: true });
    const file = (await pin(join(dataDir, name), join(folder, name))) ? await describe(folder, name) : undefined;
    // A damaged archive would make the whole backup one that cannot be restored.
    if (file?.sha256 === sha256) files.push(file);
    else withoutArchive.push(id);
  }
  return { form, berth, takenAt: takenAt.toISOString(), schema, files, withoutArchive };
}

/** False when there is no such file. */
async function pin(file: string, asFile: string): Promise<boolean> {
  try {
    await link(file, asFile);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
  }
  try {
    // A file system without hard links.
    await copyFile(file, asFile);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function describe(folder: string, name: string): Promise<BackupFile> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(join(folder, name)) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { name, sizeBytes, sha256: hash.digest('hex') };
}

function asFile(folder: string, manifest: BackupManifest): StoredFile {
  const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
  const first = { name: manifestName, sizeBytes: text.length };
  return {
    sizeBytes: tarBytes([first, ...manifest.files]),
    read: async function* () {
      yield* tarMember(first, Readable.from([text]));
      for (const file of manifest.files) yield* tarMember(file, createReadStream(join(folder, file.name)));
      yield tarEnd();
    },
  };
}
