/**
 * PostgreSQL's SQLSTATEs, and errors of the connection, as trouble with a database.
 */
import { problem } from '../../../shared/problem.js';
import { StoreTrouble } from '../../trouble.js';

/** Connection exceptions, the server stopping or starting, too many connections, out of memory, read-only. */
const unavailable = /^(08|57P|53|58|25006)/;
/** Socket errors: the file of a local socket is missing while the server is down. */
const connecting = 'connect';
const lostConnection = /^E(CONN|PIPE|HOST|NET|TIMEDOUT|AI_)|^ENOTFOUND$/;
/** Messages of pg that have no code. */
const lostWords = /connection terminated|timeout exceeded when trying to connect|client has encountered a connection/i;

export function postgresTrouble(error: unknown, name: string): StoreTrouble | undefined {
  if (error instanceof StoreTrouble) return error;
  const { code, message, syscall } = partsOf(error);
  if (code === '53100') return new StoreTrouble('full', full(name, message), { cause: error });
  if (/^XX00[12]$/.test(code)) return new StoreTrouble('damaged', damaged(name, message), { cause: error });
  const isLost = syscall === connecting || lostConnection.test(code) || lostWords.test(message);
  if (!isLost && !unavailable.test(code)) return undefined;
  const detail = `${name} does not take the request: ${message}. See to the server; Berth goes on by itself.`;
  return new StoreTrouble('unavailable', problem('store-unavailable', upperFirst(detail)), { cause: error });
}

const full = (name: string, message: string) =>
  problem(
    'insufficient-storage',
    `The disk of ${name} is full: ${message}. Free room on the server's disk, then repeat the request; operations under way go on by themselves.`,
  );

const damaged = (name: string, message: string) =>
  problem(
    'store-damaged',
    `${upperFirst(name)} is damaged: ${message}. Stop Berth and restore the database from its backup (docs/backup.md); virtual machines keep running meanwhile.`,
  );

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function partsOf(error: unknown): Readonly<Record<'code' | 'message' | 'syscall', string>> {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error), syscall: '' };
  const code = 'code' in error ? String(error.code) : '';
  const syscall = 'syscall' in error ? String(error.syscall) : '';
  return { code, message: 'message' in error ? String(error.message) : '', syscall };
}
