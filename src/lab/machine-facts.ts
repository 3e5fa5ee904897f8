/** Reads what `requirements.ts` judges. */
import { access, constants, mkdir, readFile, statfs } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { MachineFacts } from './requirements.js';

export async function machineFacts(folder: string, programs: readonly string[]): Promise<MachineFacts> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const disk = await statfs(folder);
  const looked = await Promise.all(programs.map(async (program) => ((await isThere(program)) ? [] : [program])));
  return {
    platform: process.platform,
    architecture: process.arch,
    isRoot: process.getuid?.() === 0,
    availableMemoryMiB: availableMiB(await readFile('/proc/meminfo', 'utf8')),
    freeDiskMiB: Math.floor((disk.bavail * disk.bsize) / 1024 ** 2),
    missingPrograms: looked.flat(),
  };
}

/** Memory available without swapping. */
export function availableMiB(meminfo: string): number {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1];
  if (kib === undefined) throw new Error('/proc/meminfo does not say how much memory is available (MemAvailable).');
  return Math.floor(Number(kib) / 1024);
}

async function isThere(program: string): Promise<boolean> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const folder of folders) if (await isExecutable(join(folder, program))) return true;
  return false;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
