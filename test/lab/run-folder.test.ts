/** What a lab removes with itself is what a lab has made. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeRunFolder, removeRunFolder } from '../../src/lab/run-folder.js';

let top: string;
let run: string;
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'berth-run-'));
  run = join(top, 'run');
});
afterEach(() => rm(top, { recursive: true, force: true }));

test('a folder that a lab has made goes with all that is in it, and may be made twice', async () => {
  await makeRunFolder(run);
  await writeFile(join(run, 'lab.json'), '{}');
  await makeRunFolder(run);
  await removeRunFolder(run);
  expect(await readdir(top)).toEqual([]);
});

test('a folder of somebody else stays, and is named', async () => {
  await mkdir(run);
  await writeFile(join(run, 'utmp'), 'x');
  await expect(removeRunFolder(run)).rejects.toThrow(`${run} is not the folder of a lab`);
  await expect(makeRunFolder(run)).rejects.toThrow('set BERTH_LAB_DIR to another folder');
  expect(await readdir(run)).toEqual(['utmp']);
});

test('one that is empty, or is not there, is in order', async () => {
  await removeRunFolder(run);
  await mkdir(run);
  await removeRunFolder(run);
  expect(await readdir(top)).toEqual([]);
});
