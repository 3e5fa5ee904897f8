/**
 * How long a process has been on a CPU. Known on Linux only (proc(5)).
 */
import { readFileSync } from 'node:fs';

/** Linux counts here in hundredths of a second on every architecture (USER_HZ). */
const tickMs = 10;
/** Of the fields after the name: `utime` and `stime`. */
const firstTicks = 11;

/** User and system time together; NaN where nobody tells. */
export function cpuTimeMs(pid: number | undefined): number {
  const text = statOf(pid);
  // The name, in parentheses, may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user = '', system = ''] = fields.slice(firstTicks, firstTicks + 2);
  return (Number.parseInt(user, 10) + Number.parseInt(system, 10)) * tickMs;
}

/** Empty without procfs, and when the process is gone. */
function statOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  } catch {
    return '';
  }
}
