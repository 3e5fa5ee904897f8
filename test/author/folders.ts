/**
 * Packages as folders in a scratch place, for the author's tools.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Scratch {
  readonly path: (name: string) => string;
  /** Writes the files into a new folder of that name. */
  readonly folder: (name: string, files: ReadonlyMap<string, Uint8Array | string>) => string;
  readonly remove: () => void;
}

export function makeScratch(): Scratch {
  const top = mkdtempSync(join(tmpdir(), 'berth-author.'));
  const path = (name: string): string => join(top, name);
  return {
    path,
    folder: (name, files) => {
      for (const [file, content] of files) {
        const target = join(path(name), file);
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, content);
      }
      return path(name);
    },
    remove: () => rmSync(top, { recursive: true, force: true }),
  };
}
