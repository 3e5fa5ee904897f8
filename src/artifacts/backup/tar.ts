/**
 * Just enough of tar (POSIX.1-1988 ustar, sizes beyond 8 GiB as GNU tar writes them) for a backup: regular files with
 * short names, one after the other. `tar tvf` shows what is in one.
 */
const blockBytes = 512;

export interface TarMember {
  readonly name: string;
  readonly sizeBytes: number;
}

/** Header, content and padding of one file; throws when the content has another size than was said. */
export async function* tarMember(
  { name, sizeBytes }: TarMember,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield header(name, sizeBytes);
  let written = 0;
  for await (const chunk of content) {
    written += chunk.byteLength;
    yield chunk;
  }
  if (written !== sizeBytes) throw new Error(`${name} has ${String(written)} bytes, not ${String(sizeBytes)}`);
  yield Buffer.alloc(paddingOf(sizeBytes));
}

export const tarEnd = (): Uint8Array => Buffer.alloc(2 * blockBytes);

/** Bytes of a whole archive. */
export const tarBytes = (members: readonly TarMember[]): number =>
  members.reduce((sum, { sizeBytes }) => sum + blockBytes + sizeBytes + paddingOf(sizeBytes), 2 * blockBytes);

const paddingOf = (sizeBytes: number): number => (blockBytes - (sizeBytes % blockBytes)) % blockBytes;

function header(name: string, sizeBytes: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`the name ${name} is too long for a backup`);
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0);
  block.write('0000600\0', 100);
  block.write('0000000\0'.repeat(2), 108);
  writeSize(block, sizeBytes);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

const largestOctal = 8 ** 11 - 1;

function writeSize(block: Buffer, sizeBytes: number): void {
  if (sizeBytes <= largestOctal) block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
  else {
    block.writeUInt8(0x80, 124);
    block.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
}

const checksum = (block: Buffer): number => {
  const spaces = Buffer.from(block);
  spaces.fill(' ', 148, 156);
  return spaces.reduce((sum, byte) => sum + byte, 0);
};

/** The file is no tar archive, or ends before its end. */
export class BadTar extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadTar';
  }
}

/** Reads files in their order; the content of one is read to its end before the next comes. */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<TarMember & { readonly content: AsyncIterable<Uint8Array> }> {
  const from = new Pieces(source);
  for (;;) {
    const block = await from.exactly(blockBytes);
    if (block.every((byte) => byte === 0)) return;
    const member = parseHeader(block);
    const content = from.stream(member.sizeBytes);
    yield { ...member, content };
    for await (const rest of content) void rest;
    await from.exactly(paddingOf(member.sizeBytes));
  }
}

function parseHeader(block: Buffer): TarMember {
  const text = (at: number, length: number): string => block.toString('latin1', at, at + length).replace(/\0.*$/s, '');
  const isHeader = text(257, 5) === 'ustar' && parseInt(text(148, 8).trim(), 8) === checksum(block);
  if (!isHeader) throw new BadTar('it is no backup, or is damaged: a header in it is not one of tar');
  const isLong = block.readUInt8(124) === 0x80;
  const sizeBytes = isLong ? Number(block.readBigUInt64BE(128)) : parseInt(text(124, 12), 8);
  if (!Number.isSafeInteger(sizeBytes)) throw new BadTar('it is damaged: a header in it has no size');
  return { name: block.toString('utf8', 0, 100).replace(/\0.*$/s, ''), sizeBytes };
}

/** Chunks of any size, handed out as they are wanted. */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array>;
  #left: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** For headers and padding: little. */
  async exactly(bytes: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.stream(bytes)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async *stream(bytes: number): AsyncGenerator<Uint8Array> {
    for (let wanted = bytes; wanted > 0;) {
      if (this.#left.length === 0) await this.#more();
      const piece = this.#left.subarray(0, wanted);
      this.#left = this.#left.subarray(piece.length);
      wanted -= piece.length;
      yield piece;
    }
  }

  async #more(): Promise<void> {
    const next = await this.#source.next();
    if (next.done === true) throw new BadTar('it ends before its end: it was not written whole');
    this.#left = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
  }
}
