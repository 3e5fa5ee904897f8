/**
 * What is in a folder of the lab.
 */
import { readdir } from 'node:fs/promises';
import { failedWith } from '../shared/errno.js';

/** Empty for a folder that is not there. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return [];
    throw error;
  }
}
