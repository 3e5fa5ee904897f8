/**
 * A CSAR written file by file, stored without compression: images are packed already and definitions are small. Memory
 * stays flat, sizes may pass 4 GiB (ZIP64), and the same files give the same bytes: order is given, times are the
 * format's zero (PKWARE APPNOTE 6.3 clauses 4.3.7, 4.3.12, 4.3.14 to 4.3.16).
 */
import { createReadStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** A file on disk, or content made on the way. */
export type CsarSource =
  { readonly path: string; readonly file: string } | { readonly path: string; readonly content: Uint8Array };

interface Written {
  readonly name: Buffer;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

const largest32 = 0xffffffff;
const largest16 = 0xffff;
/** Names are UTF-8. */
const flags = 0x0800;
/** Version 4.5 knows ZIP64; the upper byte says that modes are UNIX's. */
const version = 45;
const madeOnUnix = 0x0300 | version;
const regularFile = 0o100644;
/** 1 January 1980. */
const zeroDate = 0x0021;

/** Writes a new file; one that exists is replaced. */
export async function writeCsar(toFile: string, sources: readonly CsarSource[]): Promise<void> {
  const out = await open(toFile, 'w');
  try {
    const written: Written[] = [];
    let offset = 0;
    for (const source of sources) {
      const entry = { ...(await measure(source)), name: Buffer.from(source.path), offset };
      offset += await append(out, [localHeader(entry)]);
      offset += await append(out, contentOf(source));
      written.push(entry);
    }
    const central = written.map(centralHeader);
    const size = await append(out, central);
    await append(out, endOf(written.length, size, offset));
    await out.sync();
  } finally {
    await out.close();
  }
}

async function append(out: FileHandle, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) {
    await out.writeFile(chunk);
    bytes += chunk.byteLength;
  }
  return bytes;
}

const contentOf = (source: CsarSource): AsyncIterable<Uint8Array> | Iterable<Uint8Array> =>
  'content' in source ? [source.content] : (createReadStream(source.file) as AsyncIterable<Uint8Array>);

/** The header stands before the content, so that a file is read twice. */
async function measure(source: CsarSource): Promise<Pick<Written, 'crc' | 'size'>> {
  let crc = 0;
  for await (const chunk of contentOf(source)) crc = crc32(chunk, crc);
  return { crc, size: 'content' in source ? source.content.byteLength : (await stat(source.file)).size };
}

function localHeader({ name, crc, size }: Written): Buffer {
  const extra = zip64([size, size], size > largest32);
  const sizes = u32(Math.min(size, largest32));
  const common = [u16(version), u16(flags), u16(0), u16(0), u16(zeroDate), u32(crc), sizes, sizes, u16(name.length)];
  return Buffer.concat([u32(0x04034b50), ...common, u16(extra.length), name, extra]);
}

function centralHeader({ name, crc, size, offset }: Written): Buffer {
  const extra = zip64([size, size, offset], size > largest32 || offset > largest32);
  const isLarge = extra.length > 0;
  const sizes = u32(isLarge ? largest32 : size);
  const common = [u16(version), u16(flags), u16(0), u16(0), u16(zeroDate), u32(crc), sizes, sizes, u16(name.length)];
  const mode = u32(regularFile * 0x10000);
  const rest = [u16(extra.length), u16(0), u16(0), u16(0), mode, u32(isLarge ? largest32 : offset)];
  return Buffer.concat([u32(0x02014b50), u16(madeOnUnix), ...common, ...rest, name, extra]);
}

const zip64 = (values: readonly number[], needed: boolean): Buffer =>
  needed ? Buffer.concat([u16(0x0001), u16(values.length * 8), ...values.map(u64)]) : Buffer.alloc(0);

function endOf(count: number, size: number, offset: number): readonly Buffer[] {
  const counted = u16(Math.min(count, largest16));
  const end = Buffer.concat([
    u32(0x06054b50),
    u16(0),
    u16(0),
    counted,
    counted,
    u32(Math.min(size, largest32)),
    u32(Math.min(offset, largest32)),
    u16(0),
  ]);
  if (count < largest16 && size < largest32 && offset < largest32) return [end];
  const record = [
    u64(44),
    u16(madeOnUnix),
    u16(version),
    u32(0),
    u32(0),
    u64(count),
    u64(count),
    u64(size),
    u64(offset),
  ];
  const locator = [u32(0x07064b50), u32(0), u64(offset + size), u32(1)];
  return [Buffer.concat([u32(0x06064b50), ...record]), Buffer.concat(locator), end];
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
