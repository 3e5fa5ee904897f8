/**
 * Files that survive a crash whole or not at all: written beside their place, synced, renamed, the folder synced.
 */
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Suffix of files that are not whole yet; what carries it after a restart is rubbish. */
export const partSuffix = '.part';

/** Moves a synced file to its place so that the name, too, is on disk. */
async function place(part: string, file: string): Promise<void> {
  await rename(part, file);
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Runs `write` for a part file and places it; a failure leaves nothing behind. */
export async function writeWhole(part: string, file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
    await place(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/**
 * Errno of a failed file operation. Asked of any object: errors of another realm (a worker, a test's sandbox) are no
 * instances of this realm's Error.
 */
export function errnoOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

/** Undefined when there is no such file. */
export async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
