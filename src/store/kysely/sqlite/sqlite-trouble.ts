/**
 * SQLite's result codes (https://www.sqlite.org/rescode.html) as trouble with a file: full, failing or damaged.
 */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorText } from '../../../shared/error-text.js';
import { problem } from '../../../shared/problem.js';
import { StoreTrouble } from '../../trouble.js';

export async function sqliteTrouble(error: unknown, file: string): Promise<StoreTrouble | undefined> {
  if (error instanceof StoreTrouble) return error;
  const code = codeOf(error);
  if (code === 'SQLITE_FULL') return new StoreTrouble('full', full(file, await freeBytes(file)), { cause: error });
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return new StoreTrouble('damaged', damaged(file, code), { cause: error });
  if (!/^SQLITE_(IOERR|CANTOPEN|READONLY|NOLFS|PERM)/.test(code)) return undefined;
  // A quota that is used up is no SQLITE_FULL: https://www.sqlite.org/rescode.html#full
  const detail = `The database file ${file} cannot be read or written (${code}); ${String(await freeBytes(file))} bytes are free on its disk. See to the disk: a quota, its mount, its health. Berth goes on by itself.`;
  return new StoreTrouble('unavailable', problem('store-unavailable', detail), { cause: error });
}

/** Less than this free: the next writes will fail though the last ones did not. */
export async function fillingUp(file: string): Promise<StoreTrouble | undefined> {
  const { bavail, bsize, blocks } = await statfs(dirname(file));
  const neededBytes = Math.min(smallestRoomBytes, (blocks * bsize) / 100);
  if (blocks === 0 || bavail * bsize >= neededBytes) return undefined;
  return new StoreTrouble('full', full(file, bavail * bsize));
}

/** The log of a transaction of usual size. */
const smallestRoomBytes = 4 * 1024 * 1024;

function full(file: string, freeNowBytes: number) {
  const detail = `The disk of the database file ${file} is full: ${String(freeNowBytes)} bytes are free in ${dirname(file)}; keep at least ${String(smallestRoomBytes)} free. Free some, then repeat the request; operations under way go on by themselves.`;
  return problem('insufficient-storage', detail, { folder: dirname(file), freeBytes: freeNowBytes });
}

/** `found`: in SQLite's words. */
export const damaged = (file: string, found: string) =>
  problem(
    'store-damaged',
    `The database file ${file} ${found === 'SQLITE_NOTADB' ? 'is no SQLite database, or its beginning is damaged' : 'is damaged'} (${found}). Stop Berth, keep a copy of the file, and restore the latest backup with \`berth restore\` (docs/backup.md); virtual machines keep running meanwhile.`,
    { file },
  );

/** Committed data may not be on disk. */
export const unsynced = (file: string, cause: unknown) =>
  problem(
    'store-unavailable',
    `The disk did not keep what was written to the database file ${file} (${errorText(cause)}). See to the disk: a quota, its mount, its health. Berth goes on by itself.`,
  );

async function freeBytes(file: string): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(file));
  return bavail * bsize;
}

export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
