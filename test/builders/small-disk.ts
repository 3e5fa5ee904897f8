/**
 * A file system of a few MiB that a test can fill. Needs root; without it the suites that use it are skipped.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly folder: string;
  /** Leaves so many bytes, or not one. */
  fill(leftBytes?: number): void;
  /** Takes away what `fill` wrote. */
  free(): void;
  remove(): void;
}

const mount = (folder: string, sizeMiB: number): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${String(sizeMiB)}m`, 'berth-test', folder]).status === 0;

/** Whether this process may mount. */
export function canMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'berth-mount-'));
  const may = mount(probe, 1);
  if (may) spawnSync('umount', [probe]);
  rmdirSync(probe);
  return may;
}

export function smallDisk(sizeMiB: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'berth-disk-'));
  if (!mount(folder, sizeMiB)) throw new Error('the file system cannot be made');
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: (leftBytes = 0) => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(Math.max(bavail * bsize - leftBytes, 0)));
    },
    free: () => rmSync(ballast, { force: true }),
    remove: () => {
      spawnSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true });
    },
  };
}
