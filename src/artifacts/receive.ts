/**
 * An upload streamed to disk: counted, hashed, synced. Memory stays flat; the caller places or removes the file.
 */
import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { errnoOf } from '../shared/errno.js';

export type Received =
  | { readonly kind: 'whole'; readonly sha256: string; readonly sizeBytes: number }
  | { readonly kind: 'too-large' }
  /** Another upload writes to the same place. */
  | { readonly kind: 'busy' };

/**
 * Writes a new file, there afterwards only when the upload is whole. Errors of the stream (the client went away), of
 * the disk, and of `roomFor`, which is asked before bytes are written, are thrown.
 */
export async function receiveTo(
  part: string,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
  roomFor: (bytes: number) => Promise<void>,
): Promise<Received> {
  const file = await openNew(part);
  if (file === undefined) return { kind: 'busy' };
  let received: Received | undefined;
  try {
    received = await write(file, content, maxBytes, roomFor);
    return received;
  } finally {
    await file.close();
    if (received?.kind !== 'whole') await rm(part, { force: true });
  }
}

async function openNew(part: string): Promise<FileHandle | undefined> {
  try {
    return await open(part, 'wx');
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return undefined;
    throw error;
  }
}

async function write(
  file: FileHandle,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
  roomFor: (bytes: number) => Promise<void>,
): Promise<Received> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of content) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) return { kind: 'too-large' };
    await roomFor(chunk.byteLength);
    hash.update(chunk);
    await writeAll(file, chunk);
  }
  await file.sync();
  return { kind: 'whole', sha256: hash.digest('hex'), sizeBytes };
}

/** One write may take fewer bytes than it was given. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.byteLength;) {
    const { bytesWritten } = await file.write(chunk, offset, chunk.byteLength - offset);
    offset += bytesWritten;
  }
}
