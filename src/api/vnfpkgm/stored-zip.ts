/**
 * A zip archive of a few small files, stored without compression (PKWARE APPNOTE 6.3 clauses 4.3.7, 4.3.12, 4.3.16): how
 * SOL005 wants a VNFD of several files or a set of artifacts. Same input, same bytes: times are the format's zero.
 */
import { crc32 } from 'node:zlib';

export interface ZipEntry {
  readonly path: string;
  readonly content: Uint8Array;
}

const UTF8_NAMES = 0x0800;
/** 1 January 1980. */
const ZERO_DATE = 0x0021;

export function storedZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { path, content } of entries) {
    const name = Buffer.from(path);
    const common = commonHeader(name, content);
    const local = Buffer.concat([u32(0x04034b50), common, u16(0), name]);
    directory.push(u32(0x02014b50), u16(20), common, u16(0), u16(0), u16(0), u16(0), u32(0), u32(offset), name);
    parts.push(local, content);
    offset += local.length + content.length;
  }
  const central = Buffer.concat(directory);
  const count = u16(entries.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(central.length), u32(offset), u16(0)];
  return Buffer.concat([...parts, central, ...end]);
}

/** Fields that the local header and the central directory share, from version to name length. */
function commonHeader(name: Buffer, content: Uint8Array): Buffer {
  const size = u32(content.length);
  const method = u16(0);
  return Buffer.concat([
    u16(20),
    u16(UTF8_NAMES),
    method,
    u16(0),
    u16(ZERO_DATE),
    u32(crc32(content)),
    size,
    size,
    u16(name.length),
  ]);
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
