/** A program with all that it started, as /proc shows it: its time limit ends both. */
import { readdirSync, readFileSync } from 'node:fs';
import { failedWith } from '../shared/errno.js';

/**
 * Kills `root` and its descendants. Each is stopped before its children are looked for, so none can start another meanwhile. A
 * descendant whose parent has ended is no longer known as one. Throws what `kill` (2) answers, unless the process has ended.
 */
export function killTree(root: number): void {
  const tree = [root];
  for (const pid of tree) {
    signal(pid, 'SIGSTOP');
    tree.push(...childrenOf(pid));
  }
  for (const pid of tree.reverse()) signal(pid, 'SIGKILL');
}

function childrenOf(parent: number): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => parentOf(pid) === parent).map(Number);
}

/** Field 4 of /proc/PID/stat (proc(5)); the name before it may hold blanks and brackets. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!failedWith(error, 'ESRCH')) throw error;
  }
}
