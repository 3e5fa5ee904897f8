/**
 * One command at a time changes a lab. The lock is a file that names its holder; one whose holder has ended is nobody's.
 */
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { isJsonObject } from '../shared/json-object.js';
import { identityOf, isAlive, type ProcessIdentity } from './processes.js';

export interface LockHolder extends ProcessIdentity {
  readonly command: string;
  /** RFC 3339. */
  readonly since: string;
}

export class LabIsHeld extends Error {
  constructor(file: string, { command, pid, since }: LockHolder) {
    super(
      `The lab is held by \`${command}\` (process ${pid}, since ${since}), as ${file} says: wait until it has ended, or end it.`,
    );
    this.name = 'LabIsHeld';
  }
}

export interface Lock {
  release(): Promise<void>;
}

const attempts = 5;

/** Throws LabIsHeld. */
export async function takeLock(file: string, about: Pick<LockHolder, 'command' | 'since'>): Promise<Lock> {
  const own = await identityOf(process.pid);
  if (own === undefined) throw new Error(`/proc/${process.pid}/stat cannot be read: is /proc mounted?`);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const mine = `${file}.${randomUUID()}`;
  await writeFile(mine, JSON.stringify({ ...own, ...about }));
  try {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (await isLinked(mine, file)) return { release: () => rm(file, { force: true }) };
      const holder = await holderIn(file);
      if (holder !== undefined && (await isAlive(holder))) throw new LabIsHeld(file, holder);
      await setAside(file, `${mine}.stale`);
    }
  } finally {
    await rm(mine, { force: true });
    await rm(`${mine}.stale`, { force: true });
  }
  throw new Error(`${file} was taken ${attempts} times by commands that ended at once: try again.`);
}

/** Whole from the first moment on, unlike a file that is made and then written. */
async function isLinked(mine: string, file: string): Promise<boolean> {
  try {
    await link(mine, file);
    return true;
  } catch (error) {
    if (isJsonObject(error) && error['code'] === 'EEXIST') return false;
    throw error;
  }
}

/** Between look and rename somebody may have taken it: what was set aside is then put back. */
async function setAside(file: string, to: string): Promise<void> {
  try {
    await rename(file, to);
  } catch (error) {
    if (isJsonObject(error) && error['code'] === 'ENOENT') return;
    throw error;
  }
  const holder = await holderIn(to);
  if (holder !== undefined && (await isAlive(holder))) await isLinked(to, file);
}

/** Undefined when it is free again, or holds nothing that a lab has written. */
async function holderIn(file: string): Promise<LockHolder | undefined> {
  try {
    const said: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isHolder(said) ? said : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (isJsonObject(error) && error['code'] === 'ENOENT')) return undefined;
    throw error;
  }
}

const isHolder = (value: unknown): value is LockHolder =>
  isJsonObject(value) &&
  Number.isSafeInteger(value['pid']) &&
  [value['startedAt'], value['command'], value['since']].every((each) => typeof each === 'string');
