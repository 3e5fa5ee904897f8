/**
 * What a child process last wrote to standard error: V8 says there why it ends.
 */
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

const keptChars = 4_000;
const words = new WeakMap<ChildProcess, string>();

/** Reads standard error from now on; it keeps no process alive. */
export function keepLastWords(child: ChildProcess): void {
  const { stderr } = child;
  stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    words.set(child, ((words.get(child) ?? '') + chunk).slice(-keptChars));
  });
  if (stderr instanceof Socket) stderr.unref();
}

/** The line that says most: V8's complaint, or else the last one. */
export function lastWords(child: ChildProcess): string {
  const lines = (words.get(child) ?? '').split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => line.includes('FATAL ERROR')) ?? lines.at(-1) ?? '').trim();
}
