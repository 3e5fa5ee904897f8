/**
 * A package that is still a folder, read as the archive that it will be: for its author, before anything is packed.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, open, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { found } from '../package/finding-codes.js';
import type { DigestAlgorithm } from '../package/input.js';
import type { Finding } from '../shared/finding.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import type { CsarLimits } from './csar-limits.js';
import { refusedName } from './entry-names.js';
import { textReading, type CsarArchive, type CsarEntry } from './open-csar.js';
import { packageRefused } from './package-refused.js';

/** Refuses `package-refused` when something in the folder has no place in an archive. */
export async function openFolder(folder: string, limits: CsarLimits): Promise<Outcome<CsarArchive>> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  const named = all
    .map((entry) => ({ path: relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'), entry }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const files = named.filter(({ entry }) => !entry.isDirectory());
  const folders = named.filter(({ entry }) => entry.isDirectory()).map(({ path }) => path);
  const findings = files.flatMap(({ path, entry }) => checkFile(path, entry.isFile(), limits));
  if (findings.length > 0) return refuse(packageRefused(findings, limits));
  const entries: CsarEntry[] = [];
  for (const { path } of files) entries.push(await entryOf(folder, path));
  return ok({ ...archiveOf(folder, entries, limits), folders });
}

function checkFile(path: string, isFile: boolean, limits: CsarLimits): readonly Finding[] {
  const why = refusedName(path, limits.nameBytes);
  if (why !== undefined) return [found('CSAR-ENTRY-NAME', { file: path }, `The name \`${path}\` ${why}.`)];
  return isFile ? [] : [found('CSAR-ENTRY-KIND', { file: path }, `\`${path}\` is neither a file nor a folder.`)];
}

async function entryOf(folder: string, path: string): Promise<CsarEntry> {
  const file = join(folder, path);
  return { path, sizeBytes: (await stat(file)).size, sha256: await digestOf(file, 'sha-256') };
}

async function digestOf(file: string, algorithm: DigestAlgorithm): Promise<string> {
  const hash = createHash(algorithm.replace('-', ''));
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const archiveOf = (
  folder: string,
  entries: readonly CsarEntry[],
  limits: CsarLimits,
): Omit<CsarArchive, 'folders'> => ({
  entries,
  text: async (path) => {
    const { size } = await stat(join(folder, path));
    return textReading(path, size, limits, () => readFile(join(folder, path)));
  },
  head: (path, bytes) => headOf(join(folder, path), bytes),
  stream: (path) => createReadStream(join(folder, path)),
  digest: (path, algorithm) => digestOf(join(folder, path), algorithm),
  extract: (path, toFile) => copyFile(join(folder, path), toFile),
  close: () => undefined,
});

async function headOf(file: string, bytes: number): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
