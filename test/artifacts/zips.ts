/**
 * Archives for tests: ordinary ones by yazl, and hostile ones written byte by byte, because no decent library makes
 * them.
 */
import { createWriteStream, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { crc32, deflateRawSync } from 'node:zlib';
import { fromBufferPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import type { ByteRange, StoredFile } from '../../src/artifacts/artifacts.js';

/** A path with a slash at its end is an empty folder. */
export async function writeZip(file: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  const zip = new ZipFile();
  for (const [path, content] of files) {
    if (path.endsWith('/')) zip.addEmptyDirectory(path);
    else zip.addBuffer(content, path, { mode: 0o100644 });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}

/** What is stored, read to its end. */
export async function bytesOf(file: StoredFile, range?: ByteRange): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.read(range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Path -> text of every entry, as a zip reader sees the archive. */
export async function entriesOf(archive: Buffer): Promise<Readonly<Record<string, string>>> {
  const zip = await fromBufferPromise(archive);
  const entries: Record<string, string> = {};
  for await (const entry of zip.eachEntry()) {
    entries[entry.fileName] = await text(await zip.openReadStreamPromise(entry));
  }
  return entries;
}

export interface RawEntry {
  readonly name: string | Buffer;
  readonly content?: Buffer;
  /** UNIX mode; its type bits say what the entry is. */
  readonly mode?: number;
  readonly deflate?: boolean;
  readonly method?: number;
  readonly flags?: number;
  /** Lies about the content. */
  readonly crc?: number;
  readonly unpackedSize?: number;
  /** What the directory says instead of the size of the data. */
  readonly packedSize?: number;
  /** What the header before the data says instead. */
  readonly local?: Partial<Pick<RawEntry, 'name' | 'method' | 'crc' | 'unpackedSize' | 'flags'>>;
  /** Stands behind the data; `flags` says so. */
  readonly descriptor?: Buffer;
  /** Points at the local header of another entry. */
  readonly sameDataAs?: number;
  /** Points there, where another has put its `localBytes`. */
  readonly at?: number;
}

interface Written {
  readonly offset: number;
  readonly data: Buffer;
}

/** `prefix` stands before all; offsets count it in. */
export function writeRawZip(file: string, entries: readonly RawEntry[], prefix = Buffer.alloc(0)): void {
  const parts: Buffer[] = [prefix];
  const written: Written[] = [];
  let offset = prefix.length;
  for (const entry of entries) {
    const shared = sharedBy(entry, written);
    const data = shared?.data ?? dataOf(entry);
    written.push({ offset: shared?.offset ?? offset, data });
    if (shared !== undefined) continue;
    const local = localBytes(entry);
    parts.push(local);
    offset += local.length;
  }
  const central = entries.map((entry, index) => {
    const { offset: at, data } = written[index]!;
    return Buffer.concat([header(entry, data, true, at), nameOf(entry)]);
  });
  const directory = Buffer.concat(central);
  writeFileSync(file, Buffer.concat([...parts, directory, endOf(entries.length, directory.length, offset)]));
}

function sharedBy(entry: RawEntry, written: readonly Written[]): Written | undefined {
  if (entry.at !== undefined) return { offset: entry.at, data: dataOf(entry) };
  return entry.sameDataAs === undefined ? undefined : written[entry.sameDataAs];
}

/** Header, name, data and descriptor as they stand in the archive. */
export function localBytes(entry: RawEntry): Buffer {
  const said = { ...entry, ...entry.local };
  const data = dataOf(entry);
  return Buffer.concat([header(said, data, false, 0), nameOf(said), data, entry.descriptor ?? Buffer.alloc(0)]);
}

const nameOf = ({ name }: RawEntry): Buffer => (typeof name === 'string' ? Buffer.from(name) : name);

const dataOf = ({ content = Buffer.alloc(0), deflate = false }: RawEntry): Buffer =>
  deflate ? deflateRawSync(content) : content;

function header(entry: RawEntry, data: Buffer, central: boolean, offset: number): Buffer {
  const content = entry.content ?? Buffer.alloc(0);
  const bytes = Buffer.alloc(central ? 46 : 30);
  bytes.writeUInt32LE(central ? 0x02014b50 : 0x04034b50, 0);
  if (central) bytes.writeUInt16LE(0x031e, 4);
  const at = central ? 6 : 4;
  bytes.writeUInt16LE(20, at);
  bytes.writeUInt16LE(entry.flags ?? 0x0800, at + 2);
  bytes.writeUInt16LE(entry.method ?? (entry.deflate === true ? 8 : 0), at + 4);
  bytes.writeUInt32LE(entry.crc ?? crc32(content), at + 10);
  bytes.writeUInt32LE((central ? entry.packedSize : undefined) ?? data.length, at + 14);
  bytes.writeUInt32LE(entry.unpackedSize ?? content.length, at + 18);
  bytes.writeUInt16LE(nameOf(entry).length, at + 22);
  if (!central) return bytes;
  bytes.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38);
  bytes.writeUInt32LE(offset, 42);
  return bytes;
}

function endOf(count: number, size: number, offset: number): Buffer {
  const bytes = Buffer.alloc(22);
  bytes.writeUInt32LE(0x06054b50, 0);
  bytes.writeUInt16LE(count, 8);
  bytes.writeUInt16LE(count, 10);
  bytes.writeUInt32LE(size, 12);
  bytes.writeUInt32LE(offset, 16);
  return bytes;
}
