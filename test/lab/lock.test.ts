/** One command at a time, whatever became of the one before; and processes that are told apart from those with the same number. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awaitLock, LabIsHeld, takeLock } from '../../src/lab/lock.js';
import { hostIn, identityOf, isAlive, startOf } from '../../src/lab/processes.js';
import { systemClock } from '../../src/system.js';

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
    const lock = await takeLock(file, about);
    const second = takeLock(file, about);
    await expect(second).rejects.toThrow(LabIsHeld);
    await expect(second).rejects.toThrow(`\`berth lab up\` (process ${process.pid}, since 2026-01-31T12:00:00Z)`);
    await lock.release();
  });

  test('is free after its release, and leaves nothing', async () => {
    await (await takeLock(file, about)).release();
    expect(await readdir(folder)).toEqual([]);
    await (await takeLock(file, about)).release();
  });

  test('of another lab is another one', async () => {
    const one = await takeLock(file, about);
    const other = await takeLock(join(folder, 'other'), about);
    await expect(takeLock(file, about)).rejects.toThrow(LabIsHeld);
    await Promise.all([one.release(), other.release()]);
  });

  test('is waited for, and who waits is told for whom', async () => {
    const lock = await takeLock(file, about);
    const told: string[] = [];
    const waits = ({ who }: LabIsHeld) => told.push(who);
    const second = awaitLock(file, about, { clock: systemClock, limitMs: 60_000, waits });
    const none = awaitLock(file, about, { clock: systemClock, limitMs: 0, waits: () => undefined });
    await expect(none).rejects.toThrow(LabIsHeld);
    expect(told).toEqual([`\`berth lab up\` (process ${process.pid}, since 2026-01-31T12:00:00Z)`]);
    await lock.release();
    await (await second).release();
    expect(told).toHaveLength(1);
  });

  test('of many at once one gets it, time after time', async () => {
    for (let round = 0; round < 20; round++) {
      const tries = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(file, about)));
      const taken = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      expect(taken).toHaveLength(1);
      await taken[0]?.release();
    }
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
