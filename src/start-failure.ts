/**
 * What an operator reads when Berth cannot start: a sentence with its causes and what to do, no stack trace. Only a
 * fault in Berth itself shows where it happened.
 */
import { errorText } from './shared/error-text.js';

const ours: readonly string[] = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'];

const advice: Readonly<Record<string, string>> = {
  EADDRINUSE: 'stop what listens there, or choose another address with --listen or --port',
  EADDRNOTAVAIL: 'this machine has no such address; choose another with --listen',
  ENOSPC: 'the disk is full; free some',
  EDQUOT: 'the quota of the user that runs Berth is used up; free some, or have it raised',
  EROFS: 'the file system is mounted read-only; see to the disk, or choose another directory with --data-dir',
  EIO: 'the disk fails; see to it, and restore the latest backup elsewhere with `berth restore` (docs/backup.md)',
  EACCES: 'let the user that runs Berth have access, or choose another place',
  ENOTDIR: 'choose another directory with --data-dir',
};

export function startFailure(error: unknown): string {
  const chain = causes(error);
  const fault = chain.find((each) => each instanceof Error && ours.includes(each.name));
  if (fault instanceof Error) return fault.stack ?? fault.message;
  const next = chain.map((each) => advice[codeOf(each)]).find((each) => each !== undefined);
  const said = chain.map((each) => errorText(each).replace(/\.$/, '')).join(': ');
  return next === undefined ? said : `${said}; ${next}`;
}

/** The error, its cause, and so on. */
function causes(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let each = error; each !== undefined && !chain.includes(each); each = causeOf(each)) chain.push(each);
  return chain;
}

const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : undefined);

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
