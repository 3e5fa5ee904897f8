/**
 * Content of one entry as a stream: CRC and size are checked, so that what is hashed is what the archive promised.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import type { DigestAlgorithm } from '../package/input.js';
import { roomWatch } from './disk-room.js';

/** Node's names of digests. */
const hashNames: Readonly<Record<DigestAlgorithm, string>> = {
  'sha-224': 'sha224',
  'sha-256': 'sha256',
  'sha-384': 'sha384',
  'sha-512': 'sha512',
};

const wrongCrc = 'the content does not have the CRC that the archive says';

export async function digestEntry(zip: ZipFile, entry: Entry, algorithm: DigestAlgorithm): Promise<string> {
  const hash = createHash(hashNames[algorithm]);
  await pipeline(await zip.openReadStreamPromise(entry), crcCheck(entry), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) hash.update(chunk);
  });
  return hash.digest('hex');
}

/** Writes a new file, synced to disk when this resolves. Throws when it would take what is kept free. */
export async function extractEntry(zip: ZipFile, entry: Entry, toFile: string, keptFreeBytes: number): Promise<void> {
  const roomFor = roomWatch(dirname(toFile), keptFreeBytes);
  const watched = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      await roomFor(chunk.length);
      yield chunk;
    }
  };
  const target = createWriteStream(toFile, { flags: 'wx', flush: true });
  await pipeline(await zip.openReadStreamPromise(entry), crcCheck(entry), watched, target);
}

/** Content as a stream. The last piece waits for the CRC: nobody is given all of what was damaged on disk. */
export async function* streamEntry(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  let crc = 0;
  let last: Buffer | undefined;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    if (last !== undefined) yield last;
    last = chunk as Buffer;
    crc = crc32(last, crc);
  }
  if (crc !== entry.crc32) throw new Error(wrongCrc);
  if (last !== undefined) yield last;
}

/** At most `maxBytes` from the beginning; a whole small entry is checked against its CRC. */
export async function readEntry(zip: ZipFile, entry: Entry, maxBytes: number): Promise<Buffer> {
  return entry.uncompressedSize <= maxBytes ? readWhole(zip, entry) : readBeginning(zip, entry, maxBytes);
}

async function readWhole(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await pipeline(await zip.openReadStreamPromise(entry), crcCheck(entry), async (content: AsyncIterable<Buffer>) => {
    for await (const chunk of content) chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}

/** Leaves one stream, not a chain of them: an inner stream would report the abort where nobody listens. */
async function readBeginning(zip: ZipFile, entry: Entry, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes);
}

/** Passes everything on and fails at the end when the CRC differs; yauzl itself checks only the size. */
function crcCheck(entry: Entry): Transform {
  let crc = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      crc = crc32(chunk, crc);
      done(null, chunk);
    },
    flush(done) {
      done(crc === entry.crc32 ? null : new Error(wrongCrc));
    },
  });
}
