/**
 * `installation.json` in the data directory: which installation the directory belongs to, and the tick of its database
 * when last seen. Whoever makes a directory for a database, or a database for a directory (a restore), writes it, or the
 * next start refuses the two: `writeMark(directory, await store.installation())`.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installationId, type InstallationId } from '../shared/ids.js';
import { partSuffix, writeWhole } from './durable.js';
import { errnoOf } from '../shared/errno.js';

export interface DirectoryMark {
  readonly id: InstallationId;
  readonly tick: number;
}

export const markFileIn = (directory: string): string => join(directory, 'installation.json');

/** Undefined when there is none. A mark that cannot be read is a fault: it may be somebody else's. */
export async function readMark(directory: string): Promise<DirectoryMark | undefined> {
  const file = markFileIn(directory);
  const text = await textOf(file);
  if (text === undefined) return undefined;
  const mark = parsed(text);
  if (mark !== undefined) return mark;
  throw new Error(
    `${file} is damaged: it should hold the id and the tick of the installation that this directory belongs to; restore it from a backup, or remove it and start once with --adopt-data-dir`,
  );
}

export async function writeMark(directory: string, { id, tick }: DirectoryMark): Promise<void> {
  const file = markFileIn(directory);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeSynced(file, `${JSON.stringify({ id, tick })}\n`);
  } catch (error) {
    throw new Error(`the installation file ${file} cannot be written`, { cause: error });
  }
}

async function writeSynced(file: string, text: string): Promise<void> {
  const part = `${file}.${randomUUID()}${partSuffix}`;
  await writeWhole(part, file, async () => {
    const handle = await open(part, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function parsed(text: string): DirectoryMark | undefined {
  try {
    const { id, tick } = JSON.parse(text) as { readonly id?: unknown; readonly tick?: unknown };
    if (typeof id !== 'string' || !uuid.test(id)) return undefined;
    if (typeof tick !== 'number' || !Number.isSafeInteger(tick) || tick < 0) return undefined;
    return { id: installationId(id), tick };
  } catch {
    return undefined;
  }
}
