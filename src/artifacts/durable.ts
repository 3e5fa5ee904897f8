/**
 * Files that survive a crash whole or not at all: written beside their place, synced, renamed, the folder synced.
 */
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../shared/errno.js';

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

/** Undefined when there is no such file. */
export async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
