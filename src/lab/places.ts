/**
 * Folders of a lab: one for its running state, which identifies the lab, and one for built parts, which labs share and
 * which may be kept.
 */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostFiles } from './qemu-arguments.js';

export interface Places {
  readonly top: string;
  readonly run: string;
  readonly lock: string;
  /** The record of a lab that is up. */
  readonly record: string;
  readonly configuration: string;
  /** The data directory of a Berth on this lab. */
  readonly data: string;
  readonly knownHosts: string;
  readonly parts: string;
  readonly partsLock: string;
}

/** Contains sockets of the monitor and the console; the kernel limits their paths to 107 bytes. */
const longestTop = 80;

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: () => string;
}

/** `BERTH_LAB_DIR` and `BERTH_LAB_CACHE`, else below the XDG folders for state and caches. */
export function placesOf({ environment, home }: Surroundings): Places {
  const said = (name: string): string | undefined => environment[name] || undefined;
  const state = () => join(said('XDG_STATE_HOME') ?? join(home(), '.local', 'state'), 'berth', 'lab');
  const cache = () => join(said('XDG_CACHE_HOME') ?? join(home(), '.cache'), 'berth', 'lab');
  return placesIn(resolve(said('BERTH_LAB_DIR') ?? state()), resolve(said('BERTH_LAB_CACHE') ?? cache()));
}

export function placesIn(top: string, parts: string): Places {
  if (Buffer.byteLength(top) > longestTop)
    throw new Error(
      `${top} is too long for the sockets in it: set BERTH_LAB_DIR to a path of at most ${longestTop} bytes.`,
    );
  const run = join(top, 'run');
  return {
    top,
    run,
    lock: join(top, 'lock'),
    record: join(run, 'lab.json'),
    configuration: join(run, 'berth.json'),
    data: join(run, 'data'),
    knownHosts: join(run, 'known_hosts'),
    parts,
    partsLock: join(parts, 'lock'),
  };
}

export const runFolder = (places: Places, host: string): string => join(places.run, host);

export interface ImageFiles {
  readonly kernel: string;
  readonly initramfs: string;
  readonly disk: string;
}

export const imageFiles = (image: string): ImageFiles => ({
  kernel: join(image, 'vmlinuz'),
  initramfs: join(image, 'initramfs'),
  disk: join(image, 'disk.qcow2'),
});

export const hostFiles = (folder: string, { kernel, initramfs }: ImageFiles): HostFiles => ({
  kernel,
  initramfs,
  disk: join(folder, 'disk.qcow2'),
  pid: join(folder, 'pid'),
  monitor: join(folder, 'monitor'),
  console: join(folder, 'console'),
  consoleLog: join(folder, 'console.log'),
});

export interface FrozenFiles {
  readonly state: string;
  readonly disk: string;
}

export const frozenFiles = (folder: string): FrozenFiles => ({
  state: join(folder, 'state.zst'),
  disk: join(folder, 'disk.qcow2'),
});

/** The recipe, beside `src/` and `dist/` in the checkout. */
export const recipeFolder = (): string => fileURLToPath(new URL('../../lab', import.meta.url));
