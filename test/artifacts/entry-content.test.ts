/**
 * Reading single entries of an archive.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { openPromise } from 'yauzl';
import { readEntry } from '../../src/artifacts/entry-content.js';
import { writeRawZip } from './zips.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-entry-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['one byte less than the entry has', -1],
  ['as much as the entry has', 0],
  ['more than the entry has', 1],
])('reading %s gives the beginning of it, and no stream fails behind our back', async (_, beyond) => {
  const content = Buffer.alloc(65_536, 'berth ');
  const file = join(folder, 'a.zip');
  writeRawZip(file, [{ name: 'a.txt', content }]);
  const zip = await openPromise(file, { autoClose: false, lazyEntries: true });
  try {
    for await (const entry of zip.eachEntry()) {
      const limit = content.length + beyond;
      expect((await readEntry(zip, entry, limit)).equals(content.subarray(0, limit))).toBe(true);
    }
    // A failing stream that nobody listens to would end the process, and so this test, about here.
    await setImmediate();
  } finally {
    zip.close();
  }
});

test.each([1, 1000, 65_536])(
  'a corrupt entry is an error that the reader of %d bytes gets or does not see',
  async (limit) => {
    const content = Buffer.alloc(65_536, 'berth ');
    const file = join(folder, 'a.zip');
    writeRawZip(file, [{ name: 'a.txt', content, deflate: true, crc: 1 }]);
    const zip = await openPromise(file, { autoClose: false, lazyEntries: true });
    try {
      for await (const entry of zip.eachEntry()) {
        const reading = readEntry(zip, entry, limit);
        if (limit < content.length) expect(await reading).toHaveLength(limit);
        else await expect(reading).rejects.toThrow('CRC');
      }
      await setImmediate();
    } finally {
      zip.close();
    }
  },
);
