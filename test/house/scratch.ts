/**
 * A scratch checkout: Berth's own rules and configuration over a handful of made-up files. The tools see a tree of the
 * same shape; the real one stays untouched.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const copied = [
  'package.json',
  'tsconfig.json',
  '.dependency-cruiser.cjs',
  'eslint.config.mjs',
  'scripts/lib/layers.mjs',
];

export interface Scratch {
  readonly path: string;
  write(file: string, content: string): void;
  /** Writes unless the file is there. */
  writeNew(file: string, content: string): void;
  remove(): void;
}

export function makeScratch(): Scratch {
  const path = mkdtempSync(join(tmpdir(), 'berth-house-'));
  const write = (file: string, content: string): void => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), content);
  };
  const writeNew = (file: string, content: string): void => {
    if (!existsSync(join(path, file))) write(file, content);
  };
  for (const file of copied) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    copyFileSync(join(top, file), join(path, file));
  }
  symlinkSync(join(top, 'node_modules'), join(path, 'node_modules'));
  return { path, write, writeNew, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs a tool of node_modules/.bin in a directory. */
export function tool(
  name: string,
  args: readonly string[],
  cwd: string,
): { readonly code: number; readonly stdout: string } {
  const bin = join(top, 'node_modules', '.bin');
  const env = { ...process.env, PATH: [bin, process.env['PATH']].join(delimiter), NODE_OPTIONS: '' };
  const result = spawnSync(join(bin, name), args, { cwd, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { code: result.status ?? -1, stdout: result.stdout };
}
