/**
 * The cache of built parts: folders named by the hash of their recipe, each with a list of its files and their digests. A
 * part without a list is incomplete, and one that differs from its list is damaged: both are rebuilt.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { failedWith } from '../shared/errno.js';
import { isJsonObject } from '../shared/json-object.js';
import { namesIn } from './names-in.js';

export type PartKind = 'qemu' | 'image' | `frozen-${string}`;

const listName = 'part.json';
const unfinished = '.unfinished-';

export const partName = (kind: PartKind, key: string): string => `${kind}-${key}`;

/** Path in the part -> SHA-256, or where a symbolic link leads. */
type Digests = Readonly<Record<string, string>>;

async function digestsOf(folder: string): Promise<Digests> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const digests: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    if (name === listName) continue;
    if (entry.isSymbolicLink()) digests[name] = `link to ${await readlink(path)}`;
    else if (entry.isFile()) digests[name] = await digestOf(path);
  }
  return digests;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

export type PartState =
  { readonly state: 'whole' | 'absent' } | { readonly state: 'damaged'; readonly because: string };

export async function partState(folder: string): Promise<PartState> {
  const listed = await readList(folder);
  if (listed === undefined) return { state: 'absent' };
  if (typeof listed === 'string') return { state: 'damaged', because: listed };
  const because = difference(listed, await digestsOf(folder));
  return because === undefined ? { state: 'whole' } : { state: 'damaged', because };
}

/** The first difference, as a phrase; undefined when there is none. */
export function difference(listed: Digests, found: Digests): string | undefined {
  for (const [name, digest] of Object.entries(listed)) {
    if (found[name] === undefined) return `${name} is gone`;
    if (found[name] !== digest) return `${name} is not what was built`;
  }
  const more = Object.keys(found).find((name) => listed[name] === undefined);
  return more === undefined ? undefined : `${more} was not built with it`;
}

async function readList(folder: string): Promise<Digests | string | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, listName), 'utf8');
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
  try {
    const digests: unknown = JSON.parse(text);
    if (isDigests(digests)) return digests;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return `${listName} cannot be read`;
}

const isDigests = (value: unknown): value is Digests =>
  isJsonObject(value) && Object.values(value).every((digest) => typeof digest === 'string');

/** Built in a temporary folder and renamed when it is complete. */
export async function makePart(parts: string, name: string, make: (folder: string) => Promise<void>): Promise<string> {
  await mkdir(parts, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(parts, `${unfinished}${name}-`));
  try {
    await make(folder);
    await writeFile(join(folder, listName), JSON.stringify(await digestsOf(folder), null, 1));
    await rm(join(parts, name), { recursive: true, force: true });
    await rename(folder, join(parts, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return join(parts, name);
}

/** Records the last use of a part as the time of its folder. */
export const markUsed = (folder: string, atMs: number): Promise<void> => utimes(folder, atMs / 1000, atMs / 1000);

const isPart = (name: string): boolean => /^(qemu|image|frozen-\w+)-[0-9a-f]+$/.test(name);

/** Removes leftovers of killed builds and parts that were last used too long ago; returns their names. */
export async function removeOld(
  parts: string,
  isTooLongAgo: (usedAtMs: number) => boolean,
): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const name of await namesIn(parts)) {
    const folder = join(parts, name);
    const isOld = isPart(name) && isTooLongAgo((await stat(folder)).mtimeMs);
    if (!isOld && !name.startsWith(unfinished)) continue;
    await rm(folder, { recursive: true, force: true });
    gone.push(name);
  }
  return gone;
}
