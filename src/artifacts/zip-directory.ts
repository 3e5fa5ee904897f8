/**
 * The directory of a ZIP archive, checked before a byte of content is unpacked: names, kinds, sizes, ratio, overlap.
 * All that is wrong is reported, not only the first.
 */
import { types } from 'node:util';
import { getFileNameLowLevel, openPromise, type Entry, type ZipFile } from 'yauzl';
import { found } from '../package/finding-codes.js';
import type { Finding } from '../shared/finding.js';
import type { CsarLimits } from './csar-limits.js';
import { NameRegister, refusedName } from './entry-names.js';

export interface ZipDirectory {
  readonly findings: readonly Finding[];
  /** Files by path; empty when a finding is an error. */
  readonly files: ReadonlyMap<string, Entry>;
  /** Entries that are folders, without the slash at the end. */
  readonly folders: readonly string[];
  /** Open until closed, unless there are findings. */
  readonly zip?: ZipFile;
}

/** Opens the archive; the caller closes `zip`. Faults of the file system are thrown. */
export async function openZipDirectory(file: string, limits: CsarLimits): Promise<ZipDirectory> {
  let zip: ZipFile | undefined;
  try {
    // Undecoded names: yauzl would stop at the first bad one, and would repair backslashes.
    zip = await openPromise(file, { autoClose: false, decodeStrings: false, validateEntrySizes: true });
    const directory = await readDirectory(zip, limits);
    if (directory.findings.length === 0) return { ...directory, zip };
    zip.close();
    return refusedBy(directory.findings);
  } catch (error) {
    zip?.close();
    if (!isBadArchive(error)) throw error;
    const message = `The upload cannot be read as a ZIP archive: ${error.message.replace(/\.$/, '')}.`;
    return refusedBy([found('CSAR-NOT-ZIP', { file: '' }, message)]);
  }
}

const refusedBy = (findings: readonly Finding[]): ZipDirectory => ({ findings, files: new Map(), folders: [] });

/** Errors of yauzl have no code, those of zlib have Z_…; the rest are faults of ours or of the disk. */
export function isBadArchive(error: unknown): error is Error {
  if (!types.isNativeError(error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return code === '' || code.startsWith('Z_');
}

async function readDirectory(zip: ZipFile, limits: CsarLimits): Promise<ZipDirectory> {
  if (zip.entryCount > limits.entries) {
    const message = `The archive has ${zip.entryCount} entries; at most ${limits.entries} are read.`;
    return refusedBy([found('CSAR-TOO-MANY-ENTRIES', { file: '' }, message)]);
  }
  const findings: Finding[] = [];
  const files = new Map<string, Entry>();
  const folders: string[] = [];
  const names = new NameRegister();
  const spans: Span[] = [];
  let unpacked = 0;
  for await (const entry of zip.eachEntry()) {
    const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
    findings.push(...checkName(name, names, limits), ...checkKind(name, entry), ...checkContent(name, entry, limits));
    spans.push(spanOf(name, entry));
    unpacked += entry.uncompressedSize;
    if (name.endsWith('/')) folders.push(name.slice(0, -1));
    else files.set(name, entry);
  }
  return { findings: [...findings, ...checkSum(unpacked, limits), ...checkSpans(spans)], files, folders };
}

function checkName(name: string, names: NameRegister, limits: CsarLimits): readonly Finding[] {
  const refused = refusedName(name, limits.nameBytes);
  const file = shown(name);
  if (refused !== undefined)
    return [found('CSAR-ENTRY-NAME', { file }, `The name ${JSON.stringify(file)} ${refused}.`)];
  const other = names.add(name);
  if (other === undefined) return [];
  return [found('CSAR-ENTRY-DUPLICATE', { file }, `\`${file}\` and \`${shown(other)}\` are in each other’s way.`)];
}

const shown = (name: string): string => (name.length > 120 ? `${name.slice(0, 120)}…` : name);

/** File type bits of a UNIX mode (stat.h), which ZIP programs put into the upper half of the external attributes. */
const typeBits = 0o170000;
const regular = 0o100000;
const folder = 0o040000;

function checkKind(name: string, entry: Entry): readonly Finding[] {
  const type = (entry.externalFileAttributes >>> 16) & typeBits;
  const file = shown(name);
  if (type !== 0 && type !== regular && type !== folder) {
    const kind = type === 0o120000 ? 'a symbolic link' : 'a special file';
    return [found('CSAR-ENTRY-KIND', { file }, `\`${file}\` is ${kind}.`)];
  }
  if (entry.isEncrypted()) return [found('CSAR-ENTRY-ENCRYPTED', { file }, `\`${file}\` is encrypted.`)];
  if (entry.canDecodeFileData()) return [];
  const message = `\`${file}\` is compressed by method ${entry.compressionMethod}.`;
  return [found('CSAR-ENTRY-COMPRESSION', { file }, message)];
}

function checkContent(name: string, entry: Entry, limits: CsarLimits): readonly Finding[] {
  const { compressedSize: packed, uncompressedSize: unpacked } = entry;
  if (unpacked <= limits.ratioFromBytes || unpacked <= packed * limits.ratio) return [];
  const file = shown(name);
  const message = `\`${file}\` unpacks from ${packed} to ${unpacked} bytes; at most ${limits.ratio} times are accepted.`;
  return [found('CSAR-RATIO', { file }, message)];
}

function checkSum(unpacked: number, limits: CsarLimits): readonly Finding[] {
  if (unpacked <= limits.totalBytes) return [];
  const message = `The archive unpacks to ${unpacked} bytes; at most ${limits.totalBytes} are read.`;
  return [found('CSAR-TOO-LARGE', { file: '' }, message)];
}

/** Bytes of the archive that an entry takes at least: header, name, data. */
interface Span {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

const localHeaderBytes = 30;

function spanOf(name: string, entry: Entry): Span {
  const begin = entry.relativeOffsetOfLocalHeader;
  return { name, begin, end: begin + localHeaderBytes + entry.fileNameRaw.length + entry.compressedSize };
}

/** One finding is enough: a bomb has thousands of them. */
function checkSpans(spans: readonly Span[]): readonly Finding[] {
  const sorted = spans.toSorted((one, other) => one.begin - other.begin);
  const [first] = sorted;
  if (first !== undefined && first.begin > 0) {
    const message = `${first.begin} bytes stand before the first entry, \`${shown(first.name)}\`.`;
    return [found('CSAR-PREFIX', { file: '' }, message)];
  }
  const at = sorted.findIndex((span, index) => span.begin < (sorted[index - 1]?.end ?? 0));
  const [before, inside] = [sorted[at - 1], sorted[at]];
  if (before === undefined || inside === undefined) return [];
  const message = `\`${shown(inside.name)}\` begins inside \`${shown(before.name)}\`.`;
  return [found('CSAR-OVERLAP', { file: shown(inside.name) }, message)];
}
