/**
 * Which process of this machine is the QEMU of a domain. libvirtd writes a process id, but that of its own PID namespace:
 * where it runs in a container, another process has that number here. So the command line has to name the domain.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Undefined: it ended, or nobody here may look. */
type CommandLineOf = (pid: number) => readonly string[] | undefined;

/** One look: all processes are read at most once, and only when a number turns out to be of another namespace. */
export function qemuProcesses(
  commandLineOf: CommandLineOf = commandLine,
  pids: () => readonly number[] = allPids,
): (uuid: string, told: number) => number | undefined {
  let found: ReadonlyMap<string, number> | undefined;
  const find = () =>
    new Map(
      pids().flatMap((pid) => {
        const uuid = uuidIn(commandLineOf(pid));
        return uuid === undefined ? [] : [[uuid, pid] as const];
      }),
    );
  return (uuid, told) => {
    if (uuidIn(commandLineOf(told)) === uuid) return told;
    found ??= find();
    return found.get(uuid);
  };
}

function uuidIn(words: readonly string[] | undefined): string | undefined {
  const at = words?.indexOf('-uuid') ?? -1;
  return at < 0 ? undefined : words?.[at + 1];
}

function commandLine(pid: number): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').split('\0');
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

const allPids = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
