/** What is kept of a lab: parts that are whole, damaged, unfinished or of another recipe. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { difference, makePart, markUsed, partState, removeOld } from '../../src/lab/parts.js';

let parts: string;

beforeEach(async () => {
  parts = await mkdtemp(join(tmpdir(), 'berth-parts-'));
});
afterEach(() => rm(parts, { recursive: true, force: true }));

const made = () =>
  makePart(parts, 'image-1', async (folder) => {
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'disk'), 'bytes');
    await writeFile(join(folder, 'sub', 'key'), 'secret');
    await symlink('disk', join(folder, 'sub', 'link'));
  });

test('a part that was made is whole', async () => {
  expect(await partState(await made())).toEqual({ state: 'whole' });
});

test('one that is not there is absent', async () => {
  expect(await partState(join(parts, 'image-2'))).toEqual({ state: 'absent' });
});

describe('damage is named', () => {
  test.each<[string, (folder: string) => Promise<void>, RegExp]>([
    ['a file that was changed', (folder) => writeFile(join(folder, 'disk'), 'bytez'), /^disk is not what was built$/],
    ['a file that is gone', (folder) => rm(join(folder, 'sub', 'key')), /^sub\/key is gone$/],
    ['a file more', (folder) => writeFile(join(folder, 'more'), ''), /^more was not built with it$/],
    ['a list that is cut', (folder) => writeFile(join(folder, 'part.json'), '{"disk"'), /^part\.json cannot be read$/],
    [
      'a link to elsewhere',
      async (folder) => {
        await rm(join(folder, 'sub', 'link'));
        await symlink('/etc', join(folder, 'sub', 'link'));
      },
      /^sub\/link is not what was built$/,
    ],
  ])('%s', async (_, harm, because) => {
    const folder = await made();
    await harm(folder);
    expect(await partState(folder)).toEqual({ state: 'damaged', because: expect.stringMatching(because) });
  });
});

test('one that could not be made leaves nothing', async () => {
  await expect(makePart(parts, 'image-1', () => Promise.reject(new Error('no mirror')))).rejects.toThrow('no mirror');
  expect(await readdir(parts)).toEqual([]);
});

test('one that is made again takes the place of the damaged one', async () => {
  const folder = await made();
  await writeFile(join(folder, 'disk'), 'broken');
  expect(await partState(await made())).toEqual({ state: 'whole' });
});

test('parts that were not used for long and builds that were killed go, the rest stays', async () => {
  await markUsed(await made(), 2_000_000);
  for (const name of ['image-0', '.unfinished-qemu-1-x', 'somebody-else']) await mkdir(join(parts, name));
  await markUsed(join(parts, 'image-0'), 1_000_000);
  await markUsed(join(parts, 'somebody-else'), 1_000_000);
  const gone = await removeOld(parts, (usedAtMs) => usedAtMs < 1_500_000);
  expect(gone.toSorted()).toEqual(['.unfinished-qemu-1-x', 'image-0']);
  expect((await readdir(parts)).toSorted()).toEqual(['image-1', 'somebody-else']);
});

test('lists that are the same have no difference', () => expect(difference({ a: '1' }, { a: '1' })).toBeUndefined());
