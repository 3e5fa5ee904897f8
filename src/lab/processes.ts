/**
 * The QEMU processes of this lab, found by their command lines, which name a pid file in its folder.
 * This finds processes too that a killed `up` did not record. A process is only signalled while it is still the one
 * that was found.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { SteadyClock } from '../shared/clock.js';
import { failedWith } from '../shared/errno.js';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since the machine's start; with the pid it identifies one process. */
  readonly startedAt: string;
}

export interface HostProcess extends ProcessIdentity {
  readonly host: string;
}

/** Field 22 of /proc/PID/stat; undefined for a zombie. The name may hold blanks. */
export function startOf(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

/** The name of the host whose QEMU has this command line (words that end with NUL), if it is one of the lab's. */
export function hostIn(commandLine: string, runFolder: string): string | undefined {
  const words = commandLine.split('\0');
  const file = words[words.indexOf('-pidfile') + 1];
  if (!words.includes('-pidfile') || file === undefined || dirname(dirname(file)) !== runFolder) return undefined;
  return basename(dirname(file));
}

export async function identityOf(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readIfThere(`/proc/${pid}/stat`);
  const startedAt = stat === undefined ? undefined : startOf(stat);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export const isAlive = async ({ pid, startedAt }: ProcessIdentity): Promise<boolean> =>
  (await identityOf(pid))?.startedAt === startedAt;

export async function hostProcesses(runFolder: string): Promise<readonly HostProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid): Promise<HostProcess | undefined> => {
      const host = hostIn((await readIfThere(`/proc/${pid}/cmdline`)) ?? '', runFolder);
      const identity = host === undefined ? undefined : await identityOf(pid);
      return host === undefined || identity === undefined ? undefined : { ...identity, host };
    }),
  );
  return found.filter((each) => each !== undefined);
}

const graceMs = 10_000;
const limitMs = 30_000;

export type EndSignal = 'SIGTERM' | 'SIGKILL';

/** The first signal, then SIGKILL; resolves when it has ended. */
export async function endProcess(who: ProcessIdentity, clock: SteadyClock, first: EndSignal): Promise<void> {
  const from = clock.elapsedMs();
  let isKilled = first === 'SIGKILL';
  if (await isAlive(who)) signal(who.pid, first);
  while (await isAlive(who)) {
    const waitedMs = clock.elapsedMs() - from;
    if (waitedMs > limitMs) throw new Error(`Process ${who.pid} does not end, though it was killed.`);
    if (!isKilled && waitedMs > graceMs) {
      signal(who.pid, 'SIGKILL');
      isKilled = true;
    }
    await clock.sleep(50);
  }
}

function signal(pid: number, name: EndSignal): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!failedWith(error, 'ESRCH')) throw error;
  }
}

/** A process may end while it is read. */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ESRCH', 'EACCES')) return undefined;
    throw error;
  }
}
