/**
 * A ZIP archive as a stream, its members stored without compression: images are packed already and definitions are
 * small. Its size is known before a byte is read, memory stays flat, sizes may pass 4 GiB (ZIP64), and the same members
 * give the same bytes: order is given, times are the format's zero (PKWARE APPNOTE 6.3 clauses 4.3.7, 4.3.12, 4.3.14 to
 * 4.3.16).
 */
export interface ZipMember {
  readonly path: string;
  readonly sizeBytes: number;
  readonly crc32: number;
  /** Read once for every time that the archive is read. */
  readonly content: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

interface Placed extends ZipMember {
  readonly name: Buffer;
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

/** Bytes of the whole archive. */
export function zipSize(members: readonly ZipMember[]): number {
  const { placed, end } = place(members);
  return directoryOf(placed, end).reduce((sum, part) => sum + part.length, end);
}

export async function* zipContent(members: readonly ZipMember[]): AsyncGenerator<Uint8Array> {
  const { placed, end } = place(members);
  for (const member of placed) {
    yield localHeader(member);
    yield* member.content();
  }
  yield* directoryOf(placed, end);
}

/** `end`: where the members end and the directory begins. */
function place(members: readonly ZipMember[]): { readonly placed: readonly Placed[]; readonly end: number } {
  const placed: Placed[] = [];
  let offset = 0;
  for (const member of members) {
    const at = { ...member, name: Buffer.from(member.path), offset };
    placed.push(at);
    offset += localHeader(at).length + member.sizeBytes;
  }
  return { placed, end: offset };
}

function directoryOf(placed: readonly Placed[], offset: number): readonly Buffer[] {
  const central = placed.map(centralHeader);
  const size = central.reduce((sum, header) => sum + header.length, 0);
  return [...central, ...endOf(placed.length, size, offset)];
}

function localHeader({ name, crc32, sizeBytes }: Placed): Buffer {
  const extra = zip64([sizeBytes, sizeBytes], sizeBytes >= largest32);
  const sizes = u32(Math.min(sizeBytes, largest32));
  const common = [u16(version), u16(flags), u16(0), u16(0), u16(zeroDate), u32(crc32), sizes, sizes, u16(name.length)];
  return Buffer.concat([u32(0x04034b50), ...common, u16(extra.length), name, extra]);
}

function centralHeader({ name, crc32, sizeBytes, offset }: Placed): Buffer {
  const extra = zip64([sizeBytes, sizeBytes, offset], sizeBytes >= largest32 || offset >= largest32);
  const isLarge = extra.length > 0;
  const sizes = u32(isLarge ? largest32 : sizeBytes);
  const common = [u16(version), u16(flags), u16(0), u16(0), u16(zeroDate), u32(crc32), sizes, sizes, u16(name.length)];
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
