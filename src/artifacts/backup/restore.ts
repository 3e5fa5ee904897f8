/**
 * A backup back into a data directory: written to a folder inside it, every digest checked, and moved to its place only
 * when all of it is right, the database last. A directory that holds anything of Berth is left alone.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { databaseName, manifestName, parseManifest, type BackupFile, type BackupManifest } from './manifest.js';
import { readTar, type TarMember } from './tar.js';

type Entry = TarMember & { readonly content: AsyncIterable<Uint8Array> };

/** `prepare` has the last word on the restored folder before it takes its place. Throws a sentence. */
export async function restoreBackup(
  file: string,
  directory: string,
  prepare: (folder: string, manifest: BackupManifest) => Promise<void>,
): Promise<BackupManifest> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await refuseUsed(directory);
  const folder = join(directory, inTheMaking);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  try {
    const manifest = await unpack(file, folder);
    await prepare(folder, manifest);
    await moveUp(folder, directory);
    return manifest;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

const inTheMaking = '.restoring';
/** An attempt before, and what a file system of its own holds. */
const nothing: readonly string[] = [inTheMaking, 'lost+found'];

async function refuseUsed(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => !nothing.includes(name));
  if (names.length === 0) return;
  throw new Error(
    `${directory} is not empty (${names.slice(0, 5).join(', ')}); name another directory, or move this one away. Nothing was changed.`,
  );
}

/** A directory without its database is none that Berth starts on. */
async function moveUp(folder: string, directory: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== databaseName);
  for (const name of [...names, databaseName]) await rename(join(folder, name), join(directory, name));
  await rmdir(folder);
  await syncFolder(directory);
}

async function unpack(file: string, folder: string): Promise<BackupManifest> {
  let manifest: BackupManifest | undefined;
  const left = new Map<string, BackupFile>();
  for await (const entry of readTar(createReadStream(file))) {
    if (manifest === undefined) {
      manifest = parseManifest(await textOf(entry));
      for (const each of manifest.files) left.set(each.name, each);
      continue;
    }
    const wanted = left.get(entry.name);
    if (wanted === undefined) throw new Error(`it holds ${entry.name}, which its manifest does not name`);
    await writeChecked(entry, wanted, join(folder, entry.name));
    left.delete(entry.name);
  }
  if (manifest === undefined) throw new Error('it is empty');
  const [missing] = left.keys();
  if (missing !== undefined) throw new Error(`it lacks ${missing}, which its manifest names`);
  return manifest;
}

const largestManifestBytes = 64 * 1024 * 1024;

async function textOf({ name, sizeBytes, content }: Entry): Promise<string> {
  if (name !== manifestName || sizeBytes > largestManifestBytes) throw new Error('it is no backup of Berth');
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

async function writeChecked({ name, content }: Entry, wanted: BackupFile, toFile: string): Promise<void> {
  await mkdir(dirname(toFile), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const handle = await open(toFile, 'wx', 0o600);
  try {
    for await (const piece of content) {
      hash.update(piece);
      await handle.appendFile(piece);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  const sha256 = hash.digest('hex');
  if (sha256 === wanted.sha256) return;
  throw new Error(`${name} in it is damaged: its SHA-256 is ${sha256}, and should be ${wanted.sha256}`);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
