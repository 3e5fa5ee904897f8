/** Programs of the lab: their time limit ends what they started, and holds for what outlives them. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tryProgram } from '../../src/lab/program.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-program-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const pidsIn = (file: string): readonly number[] =>
  readFileSync(join(folder, file), 'utf8').trim().split('\n').map(Number);

/** Ended; who inherited it may not have reaped it yet. */
const isGone = (pid: number): boolean =>
  !existsSync(`/proc/${pid}/stat`) || /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

const shell = (script: string, limitMs: number) => tryProgram('sh', ['-c', script], { folder, limitMs });

test('at its time limit a program ends with all that it started', async () => {
  const end = await shell(`sh -c 'sleep 600 & echo $! >> tree; wait' & echo $! >> tree; wait`, 2_000);
  expect([end.code, end.said]).toEqual([-1, ' (ended by SIGKILL)']);
  const pids = pidsIn('tree');
  expect(pids).toHaveLength(2);
  while (!pids.every(isGone)) await new Promise((resolve) => setTimeout(resolve, 20));
});

test('a program that ends in time leaves what it was to leave, also when this holds its output open', async () => {
  const end = await shell('echo done; sleep 600 & echo $! > left', 2_000);
  const [pid] = pidsIn('left');
  expect([end.code, end.stdout, isGone(pid!)]).toEqual([0, 'done\n', false]);
  process.kill(pid!);
});

test('a program that is not there is told', async () => {
  expect(await tryProgram('/no/such/program', [], { limitMs: 60_000 })).toMatchObject({ code: -1, stdout: '' });
});
