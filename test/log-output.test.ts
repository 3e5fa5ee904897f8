import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogOutput, withoutWaiting } from '../src/log-output.js';

const { O_NONBLOCK, O_RDWR, O_WRONLY } = constants;
const settings = { mostBytes: 100_000, retryMs: 1 };

let dir: string;
const open: number[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-log-'));
});
afterEach(() => {
  open.splice(0).forEach((fd) => closeSync(fd));
  rmSync(dir, { recursive: true });
});

function opened(path: string, flags: number | string): number {
  const fd = openSync(path, flags);
  open.push(fd);
  return fd;
}

/** A pipe as a parent process gives it: its writer waits while it is full. */
function pipe(): { readonly reader: number; readonly writer: number } {
  const path = join(dir, 'pipe');
  spawnSync('mkfifo', [path]);
  return { reader: opened(path, O_RDWR | O_NONBLOCK), writer: opened(path, O_WRONLY) };
}

const lineOf = (number: number): string => `${JSON.stringify({ number, pad: 'x'.repeat(200) })}\n`;

/** Everything that is there now. */
function taken(fd: number): string {
  const chunk = Buffer.alloc(65_536);
  let text = '';
  for (;;) {
    try {
      text += chunk.toString('utf8', 0, readSync(fd, chunk));
    } catch {
      return text;
    }
  }
}

describe('a reader that stalls', () => {
  test('does not hold up the writer, gets whole lines in order, and is told how many it missed', async () => {
    const { reader, writer } = pipe();
    const output = new LogOutput(withoutWaiting(writer), settings);
    const told = new Promise<number>((resolve) => (output.onDropped = resolve));
    for (let number = 0; number < 5000; number += 1) output.write(lineOf(number));
    expect(output.droppedLines).toBeGreaterThan(3000);
    let text = '';
    const reading = setInterval(() => (text += taken(reader)), 1);
    expect(await told).toBe(output.droppedLines);
    clearInterval(reading);
    text += taken(reader);
    const numbers = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { number: number }).number);
    expect(numbers).toEqual(Array.from({ length: 5000 - output.droppedLines }, (_, number) => number));
  });

  test('is waited for at the end, but not forever', () => {
    const { writer } = pipe();
    const output = new LogOutput(withoutWaiting(writer), settings);
    for (let number = 0; number < 1000; number += 1) output.write(lineOf(number));
    const from = performance.now();
    output.flush(30);
    expect(performance.now() - from).toBeLessThan(5000);
  });
});

test('others who write to the same pipe go on waiting', () => {
  const { writer } = pipe();
  withoutWaiting(writer);
  const flags = /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${writer}`, 'utf8'))?.[1] ?? '';
  expect(parseInt(flags, 8) & O_NONBLOCK).toBe(0);
});

test('a reader that is gone ends nothing', () => {
  const path = join(dir, 'pipe');
  spawnSync('mkfifo', [path]);
  const reader = openSync(path, O_RDWR | O_NONBLOCK);
  const output = new LogOutput({ fd: opened(path, O_WRONLY | O_NONBLOCK) }, settings);
  closeSync(reader);
  output.write('nobody reads this\n');
  expect(output.droppedLines).toBe(1);
});

test('a file has every line', () => {
  const path = join(dir, 'log');
  const output = new LogOutput(withoutWaiting(opened(path, 'a')), settings);
  for (let number = 0; number < 2000; number += 1) output.write(lineOf(number));
  expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(2000);
});
