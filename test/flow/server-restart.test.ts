/**
 * The server as a process: it has the memory settings of a server however it was started, and stays the process that was
 * started, for whoever sends it signals.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { compileBerth, type Program } from '../libvirt/berth-program.js';

let folder: string;
let program: Program;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth restart '));
  program = compileBerth(join(folder, 'berth'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Prints a line each time that a Node begins. */
const tells = 'data:text/javascript,console.log("begun",process.pid,process.execArgv.join(" "))';

async function help(file: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', tells, file, ...args, '--help'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number]>;
  const lines = (await text(child.stdout)).split('\n');
  const begun = lines.filter((line) => line.startsWith('begun')).map((line) => line.split(' '));
  return { code: (await exited)[0], pid: child.pid, begun, lines };
}

test.each([
  ['main.js', (made: Program) => help(made.main)],
  ['berth serve', (made: Program) => help(made.command, 'serve')],
])('%s restarts in the process that was started, with its arguments and its settings', async (_how, run) => {
  const { code, pid, begun, lines } = await run(program);
  expect(code).toBe(0);
  expect(begun.map(([, id]) => id)).toEqual([String(pid), String(pid)]);
  expect(begun[0]?.join(' ')).not.toContain('semi-space');
  expect(begun[1]?.join(' ')).toMatch(/--max-semi-space-size=\d+ --heap-growing-percent=\d+/);
  expect(lines.join('\n')).toContain('--data-dir');
});
