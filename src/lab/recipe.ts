/**
 * Cache keys of the parts of a lab: a part with another key is outdated and is rebuilt. The QEMU is
 * Debian's; the image is the recipe's scripts and files; a frozen host fits one image, one QEMU and one machine.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failedWith } from '../shared/errno.js';
import { machineArguments } from './qemu-arguments.js';
import type { HostShape } from './shape.js';

export interface Recipe {
  readonly folder: string;
  /** Path in the folder -> content. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Raised when the code builds something else from the same files. */
const version = 1;

export async function readRecipe(folder: string): Promise<Recipe> {
  const entries = await entriesOf(folder);
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const files = new Map<string, Buffer>();
  for (const path of paths) files.set(path.slice(folder.length + 1), await readFile(path));
  return { folder, files };
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (cause) {
    if (!failedWith(cause, 'ENOENT')) throw cause;
    throw new Error(`${folder} is not there: the lab is made in a checkout of Berth, which has its recipe.`, { cause });
  }
}

export interface PartKeys {
  readonly qemu: string;
  readonly image: string;
}

const isOfQemu = (path: string): boolean => path === 'qemu.sh';
const isOfImage = (path: string): boolean => /^(host-|init$|overlay\/)/.test(path);

export function partKeys({ files }: Pick<Recipe, 'files'>): PartKeys {
  return { qemu: keyOf(chosen(files, isOfQemu)), image: keyOf(chosen(files, isOfImage)) };
}

export const frozenKey = (keys: PartKeys, shape: HostShape): string =>
  keyOf([keys.qemu, keys.image, ...machineArguments(shape)]);

const chosen = (files: Recipe['files'], isChosen: (path: string) => boolean): readonly (string | Buffer)[] =>
  [...files].filter(([path]) => isChosen(path)).flat();

/** Each word is prefixed by its length, so that different lists have different hashes. */
function keyOf(words: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256').update(`version ${version}\n`);
  for (const word of words) hash.update(`${Buffer.byteLength(word)}\n`).update(word);
  return hash.digest('hex').slice(0, 16);
}
