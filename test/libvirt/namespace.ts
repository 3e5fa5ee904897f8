/** Processes of a PID namespace, seen from outside. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The process id here of number `inside` in the namespace whose first process is a child of `parent`. */
export function outsidePid(parent: number | undefined, inside: string): number {
  const namespace = namespaceOf(firstChild(parent));
  const found = readdirSync('/proc').find(
    (entry) => /^\d+$/.test(entry) && innerPid(entry) === inside.trim() && namespaceOf(entry) === namespace,
  );
  if (found === undefined) throw new Error(`No process ${inside.trim()} in that namespace.`);
  return Number(found);
}

export const firstChild = (pid: number | undefined): string =>
  readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
    .trim()
    .split(' ')[0] ?? '';

/** Every other process in the namespace of that one, but for what waits a moment (`sleep`) and what has ended. */
export const othersIn = (first: string): readonly number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && entry !== first && isIn(entry, namespaceOf(first)))
    .map(Number);

function isIn(pid: string, namespace: string): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return namespaceOf(pid) === namespace && !/^State:\s+Z/m.test(status) && !status.startsWith('Name:\tsleep');
  } catch {
    return false;
  }
}

/** Undefined for a process that has ended meanwhile. */
function innerPid(pid: string): string | undefined {
  try {
    return /^NSpid:\s+\d+\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

const namespaceOf = (pid: string): string => readlinkSync(`/proc/${pid}/ns/pid`);
