/**
 * Room on the disk: asked for before gigabytes are written and on the way, so that packages never take what is kept free
 * for the database, and said plainly when it runs out.
 */
import { statfs } from 'node:fs/promises';
import { defined } from '../shared/defined.js';
import { refuse, type Outcome } from '../shared/outcome.js';
import { problem, type Problem } from '../shared/problem.js';
import { MiB } from '../shared/units.js';
import { errnoOf } from '../shared/errno.js';

export interface DiskRoom {
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** Of those that are free, packages may not take these. */
  readonly keptBytes: number;
}

interface Need {
  /** Begins a sentence: `The archive of package 7`. */
  readonly what: string;
  readonly folder: string;
  /** Absent: not known beforehand. */
  readonly bytes?: number;
  /** What must stay free, on a disk that is large enough. */
  readonly keptFreeBytes: number;
}

/** At most this share of a disk is kept free: a small one would take no package at all. */
const keptShare = 0.1;

/** Undefined where the file system does not say, as some on the network: then all that is written is tried. */
export async function diskRoom(folder: string, keptFreeBytes: number): Promise<DiskRoom | undefined> {
  const { bavail, bsize, blocks } = await statfs(folder);
  if (blocks === 0) return undefined;
  const sizeBytes = blocks * bsize;
  const keptBytes = Math.min(keptFreeBytes, Math.floor(sizeBytes * keptShare));
  return { sizeBytes, freeBytes: bavail * bsize, keptBytes };
}

/**
 * Runs `write`, which puts something into the folder. Refuses `insufficient-storage` when it does not fit, before or
 * after it was tried; other errors are thrown.
 */
export async function inRoom<T>(need: Need, write: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const room = await diskRoom(need.folder, need.keptFreeBytes);
  if (room && !fits(need.bytes ?? 0, room)) return refuse(full(need, room));
  try {
    return await write();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== 'ENOSPC' && errno !== 'EDQUOT' && !(error instanceof NoRoom)) throw error;
    return refuse(full(need, await diskRoom(need.folder, need.keptFreeBytes)));
  }
}

const fits = (bytes: number, { freeBytes, keptBytes }: DiskRoom): boolean => bytes + keptBytes <= freeBytes;

/** What was being written would have taken what is kept free. */
class NoRoom extends Error {
  constructor(folder: string, { freeBytes, keptBytes }: DiskRoom) {
    super(`${folder} has ${freeBytes} bytes free, of which ${keptBytes} are kept for the database`);
    this.name = 'NoRoom';
  }
}

/** The disk is looked at again after so many bytes; several write at once. */
const lookEveryBytes = 4 * MiB;
/** ... or after this part of what is kept, when that is less. */
const lookEveryShare = 1 / 16;

/** To be asked before bytes are written to the folder. Throws once they would take what is kept free. */
export function roomWatch(folder: string, keptFreeBytes: number): (bytes: number) => Promise<void> {
  let allowedBytes = 0;
  return async (bytes) => {
    if (keptFreeBytes === 0) return;
    if (bytes > allowedBytes) {
      const room = await diskRoom(folder, keptFreeBytes);
      if (room && !fits(bytes, room)) throw new NoRoom(folder, room);
      allowedBytes = Math.min(lookEveryBytes, (room?.keptBytes ?? Infinity) * lookEveryShare);
    }
    allowedBytes -= bytes;
  };
}

function full({ what, folder, bytes }: Need, room: DiskRoom | undefined): Problem {
  const needed = bytes === undefined ? 'more than there is room' : `${bytes} bytes`;
  const { freeBytes = 0, keptBytes = 0 } = room ?? {};
  const kept = keptBytes === 0 ? '' : `, of which ${keptBytes} are kept for the database (\`reserveMiB\`)`;
  const found = `${what} needs ${needed} in ${folder}; ${freeBytes} bytes are free there now${kept}`;
  return problem('insufficient-storage', `${found}. Free some, delete the resource, and upload to a new one.`, {
    folder,
    freeBytes,
    ...defined({ neededBytes: bytes }),
  });
}
