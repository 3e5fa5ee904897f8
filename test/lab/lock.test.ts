/** One command at a time, whatever became of the one before; and processes that are told apart from those with the same number. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabIsHeld, takeLock } from '../../src/lab/lock.js';
import { hostIn, identityOf, isAlive, startOf } from '../../src/lab/processes.js';

const about = { command: 'berth lab up', since: '2026-01-31T12:00:00Z' };

describe('the lock', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-lock-'));
    file = join(folder, 'lock');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('the second is told who has it', async () => {
    await takeLock(file, about);
    const second = takeLock(file, about);
    await expect(second).rejects.toThrow(LabIsHeld);
    await expect(second).rejects.toThrow(`\`berth lab up\` (process ${process.pid}, since 2026-01-31T12:00:00Z)`);
  });

  test('is free after its release, and leaves nothing else', async () => {
    await (await takeLock(file, about)).release();
    expect(await readdir(folder)).toEqual([]);
    await takeLock(file, about);
    expect(await readdir(folder)).toEqual(['lock']);
  });

  test.each([
    ['whose number another process has now', () => ({ pid: process.pid, startedAt: '1', ...about })],
    ['that has ended', () => ({ pid: 4_194_305, startedAt: '1', ...about })],
    ['that is no holder', () => ({ pid: 'x' })],
  ])('of a holder %s is nobody’s', async (_, holder) => {
    await writeFile(file, JSON.stringify(holder()));
    await takeLock(file, about);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid, ...about });
  });

  test('of many at once one gets it', async () => {
    await writeFile(file, 'cut sho');
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(file, about)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('processes', () => {
  test('this one is alive, and is not one of another start', async () => {
    const own = await identityOf(process.pid);
    expect(own).toBeDefined();
    expect(await isAlive(own!)).toBe(true);
    expect(await isAlive({ ...own!, startedAt: '1' })).toBe(false);
  });

  const stat = (state: string) =>
    `7 (qemu (x) y) ${state} 1 7 7 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 5 0 8391 100 200 18446744073709551615`;
  test('a name with brackets and blanks does not hide the start', () => expect(startOf(stat('S'))).toBe('8391'));
  test('one that has ended is none', () => expect(startOf(stat('Z'))).toBeUndefined());

  test.each([
    ['a host of the lab', ['qemu', '-pidfile', '/lab/run/lab0/pid', ''], 'lab0'],
    ['a host of another lab', ['qemu', '-pidfile', '/lab2/run/lab0/pid', ''], undefined],
    ['something with such a name', ['vi', '/lab/run/lab0/pid', ''], undefined],
    ['something without words', [], undefined],
  ])('%s', (_, words, host) => expect(hostIn(words.join('\0'), '/lab/run')).toBe(host));
});
