/**
 * Archives that pass the limits of 32 and 16 bits (ZIP64), read back by another hand's reader. The large member lies in a
 * sparse file: its bytes are neither made nor written.
 */
import { afterAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { defaultCsarLimits } from '../../src/artifacts/csar-limits.js';
import { readEntry } from '../../src/artifacts/entry-content.js';
import { openZipDirectory } from '../../src/artifacts/zip-directory.js';
import { zipContent, zipSize, type ZipMember } from '../../src/artifacts/zip-writer.js';

const folder = mkdtempSync(join(tmpdir(), 'berth-zip64.'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = (path: string, content: string): ZipMember => ({
  path,
  sizeBytes: content.length,
  crc32: crc32(content),
  content: () => [Buffer.from(content)],
});

/** Stands for the bytes of a member that are left out. */
const hole = Buffer.alloc(1);
const large = 'Files/large.img';
const sparse = (sizeBytes: number): ZipMember => ({ path: large, sizeBytes, crc32: 0, content: () => [hole] });

async function written(name: string, members: readonly ZipMember[]): Promise<string> {
  const file = join(folder, name);
  const out = await open(file, 'w');
  let [position, holes] = [0, 0];
  const sizes = members.filter(({ path }) => path === large).map(({ sizeBytes }) => sizeBytes);
  let waiting: Uint8Array[] = [];
  const flush = async (): Promise<void> => {
    const { bytesWritten } = await out.write(Buffer.concat(waiting), 0, undefined, position);
    position += bytesWritten;
    waiting = [];
  };
  for await (const chunk of zipContent(members)) {
    if (chunk !== hole) waiting.push(chunk);
    if (chunk !== hole) continue;
    await flush();
    position += sizes[holes++] ?? 0;
  }
  await flush();
  await out.close();
  expect(zipSize(members)).toBe(position);
  return file;
}

const limits = { ...defaultCsarLimits, entries: 100_000, archiveBytes: 2 ** 40, totalBytes: 2 ** 40 };

const GiB = 1024 ** 3;

test.each([
  ['just below 4 GiB', 4 * GiB - 2],
  ['of the number that means ZIP64', 4 * GiB - 1],
  ['of 4 GiB', 4 * GiB],
  ['of 5 GiB', 5 * GiB],
])('a member %s is found again, and what stands behind it', async (_, sizeBytes) => {
  const file = await written('large.zip', [text('first', 'one'), sparse(sizeBytes), text('last', 'two')]);
  const { zip, files, findings } = await openZipDirectory(file, limits);
  expect(findings).toEqual([]);
  expect([...files].map(([path, entry]) => [path, entry.uncompressedSize])).toEqual([
    ['first', 3],
    [large, sizeBytes],
    ['last', 3],
  ]);
  for (const [path, content] of [
    ['first', 'one'],
    ['last', 'two'],
  ] as const) {
    expect(Buffer.from(await readEntry(zip!, files.get(path)!, 10)).toString()).toBe(content);
  }
  zip?.close();
});

test('an archive of 65 535 members, the number that means ZIP64, has them all', async () => {
  const count = 65_535;
  const members = Array.from({ length: count }, (_, index) => text(`f${index}`, ''));
  const { zip, files, findings } = await openZipDirectory(await written('many.zip', members), limits);
  expect(findings).toEqual([]);
  expect(files.size).toBe(count);
  zip?.close();
});
