/**
 * Room on the disk: asked for before gigabytes are written, and said plainly when it runs out on the way.
 */
import { statfs } from 'node:fs/promises';
import { refuse, type Outcome } from '../shared/outcome.js';
import { problem, type Problem } from '../shared/problem.js';
import { errnoOf } from './durable.js';

interface Need {
  /** Begins a sentence: `The archive of package 7`. */
  readonly what: string;
  readonly folder: string;
  /** Absent: not known beforehand. */
  readonly bytes?: number;
}

/**
 * Runs `write`, which puts something into the folder. Refuses `insufficient-storage` when it does not fit, before or
 * after it was tried; other errors are thrown.
 */
export async function inRoom<T>(need: Need, write: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const free = await freeBytes(need.folder);
  if (need.bytes !== undefined && need.bytes > free) return refuse(full(need, free));
  try {
    return await write();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== 'ENOSPC' && errno !== 'EDQUOT') throw error;
    return refuse(full(need, await freeBytes(need.folder)));
  }
}

/** Some file systems on the network do not say: then all that is written is tried. */
async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize, blocks } = await statfs(folder);
  return blocks === 0 ? Infinity : bavail * bsize;
}

function full({ what, folder, bytes }: Need, free: number): Problem {
  const needed = bytes === undefined ? 'more than there is room' : `${bytes} bytes`;
  const found = `${what} needs ${needed} in ${folder}; ${free} bytes are free there now`;
  return problem('insufficient-storage', `${found}. Free some, delete the resource, and upload to a new one.`);
}
