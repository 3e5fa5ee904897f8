/**
 * A CSAR opened for reading (SOL004 clause 4): its directory checked, every file hashed once while it is unpacked in
 * passing, nothing written. Memory stays flat however large the files are.
 */
import type { Entry, ZipFile } from 'yauzl';
import { found } from '../package/finding-codes.js';
import type { DigestAlgorithm } from '../package/input.js';
import type { Finding } from '../shared/finding.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import type { CsarLimits } from './csar-limits.js';
import { digestEntry, extractEntry, readEntry, streamEntry } from './entry-content.js';
import { checkLocalHeaders } from './local-headers.js';
import { packageRefused } from './package-refused.js';
import { isBadArchive, openZipDirectory, type ZipDirectory } from './zip-directory.js';

export interface CsarEntry {
  readonly path: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export type TextReading =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly finding: Finding };

/** Paths given must be those of `entries`; another is a fault. */
export interface CsarArchive {
  /** Files only, in the order of the archive. */
  readonly entries: readonly CsarEntry[];
  /** Folders that have an entry of their own, empty ones too; without the slash at the end. */
  readonly folders: readonly string[];
  /** Text of a file, at most `textBytes` of the limits. */
  text(path: string): Promise<TextReading>;
  /** First bytes of a file. */
  head(path: string, bytes: number): Promise<Uint8Array>;
  /** Content of a file, as often as it is asked for. */
  stream(path: string): AsyncIterable<Uint8Array>;
  digest(path: string, algorithm: DigestAlgorithm): Promise<string>;
  /** Writes the file to a new file, synced. */
  extract(path: string, toFile: string): Promise<void>;
  close(): void;
}

/** Refuses `package-refused` with findings when the archive cannot be trusted. */
export async function openCsar(file: string, limits: CsarLimits): Promise<Outcome<CsarArchive>> {
  const { zip, files, folders, findings } = await openZipDirectory(file, limits);
  if (zip === undefined) return refuse(packageRefused(findings, limits));
  try {
    const disagreements = await checkLocalHeaders(file, zip, files);
    const hashed = await hashAll(zip, files);
    const refused = [...disagreements, ...hashed.findings];
    if (refused.length === 0) return ok(archiveOf(zip, { files, folders }, hashed.entries, limits));
    zip.close();
    return refuse(packageRefused(refused, limits));
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function hashAll(
  zip: ZipFile,
  files: ReadonlyMap<string, Entry>,
): Promise<{ readonly entries: readonly CsarEntry[]; readonly findings: readonly Finding[] }> {
  const entries: CsarEntry[] = [];
  const findings: Finding[] = [];
  for (const [path, entry] of files) {
    try {
      entries.push({ path, sizeBytes: entry.uncompressedSize, sha256: await digestEntry(zip, entry, 'sha-256') });
    } catch (error) {
      if (!isBadArchive(error)) throw error;
      findings.push(found('CSAR-ENTRY-CORRUPT', { file: path }, `\`${path}\` cannot be unpacked: ${error.message}.`));
    }
  }
  return { entries, findings };
}

function archiveOf(
  zip: ZipFile,
  { files, folders }: Pick<ZipDirectory, 'files' | 'folders'>,
  entries: readonly CsarEntry[],
  limits: CsarLimits,
): CsarArchive {
  const entry = (path: string): Entry => {
    const known = files.get(path);
    if (known === undefined) throw new Error(`the archive has no file ${path}`);
    return known;
  };
  return {
    entries,
    folders,
    text: (path) =>
      textReading(path, entry(path).uncompressedSize, limits, () => readEntry(zip, entry(path), limits.textBytes + 1)),
    head: (path, bytes) => readEntry(zip, entry(path), bytes),
    stream: (path) => streamEntry(zip, entry(path)),
    digest: (path, algorithm) => digestEntry(zip, entry(path), algorithm),
    extract: (path, toFile) => extractEntry(zip, entry(path), toFile, limits.keptFreeBytes),
    close: () => zip.close(),
  };
}

/** UTF-8 within the limits, or why not. */
export async function textReading(
  path: string,
  sizeBytes: number,
  limits: Pick<CsarLimits, 'textBytes'>,
  read: () => Promise<Uint8Array>,
): Promise<TextReading> {
  if (sizeBytes > limits.textBytes) {
    const message = `\`${path}\` has ${sizeBytes} bytes; at most ${limits.textBytes} are read.`;
    return { ok: false, finding: found('CSAR-TEXT-TOO-LARGE', { file: path }, message) };
  }
  const text = decode(await read());
  if (text !== undefined) return { ok: true, text };
  const message = `\`${path}\` is not UTF-8 text.`;
  return { ok: false, finding: found('CSAR-TEXT-ENCODING', { file: path }, message) };
}

function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
