/**
 * Archives that no one should trust: each is refused with a reason, and nothing is unpacked.
 */
import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { defaultCsarLimits, type CsarLimits } from '../../src/artifacts/csar-limits.js';
import { openCsar } from '../../src/artifacts/open-csar.js';
import type { Finding } from '../../src/shared/finding.js';
import { digest } from './edge-package.js';
import { localBytes, writeRawZip, writeZip, type RawEntry } from './zips.js';

const folder = mkdtempSync(join(tmpdir(), 'berth-csar-'));
const file = join(folder, 'a.csar');
afterAll(() => rmSync(folder, { recursive: true }));

async function codesOf(limits: Partial<CsarLimits> = {}): Promise<readonly string[]> {
  const outcome = await openCsar(file, { ...defaultCsarLimits, ...limits });
  if (!outcome.ok) return (outcome.problem['findings'] as readonly Finding[]).map(({ code }) => code);
  outcome.value.close();
  return [];
}

const text = Buffer.from('hello, hello, hello');
const zeros = Buffer.alloc(100_000);

/** CRC and sizes behind the data of an entry that is stored. */
function descriptorOf(content: Buffer, signed: boolean, sizeBytes: 4 | 8): Buffer {
  const bytes = Buffer.alloc(4 + 2 * sizeBytes);
  bytes.writeUInt32LE(crc32(content));
  for (const at of [4, 4 + sizeBytes]) bytes.writeUInt32LE(content.length, at);
  return signed ? Buffer.concat([Buffer.from('PK\u0007\b'), bytes]) : bytes;
}

/** The archive with another number of entries at its end. */
function patched(bytes: Buffer, count: number): Buffer {
  bytes.writeUInt16LE(count, bytes.length - 14);
  bytes.writeUInt16LE(count, bytes.length - 12);
  return bytes;
}

describe('an archive is refused when an entry', () => {
  const cases: readonly (readonly [string, readonly RawEntry[], readonly string[], Partial<CsarLimits>?])[] = [
    ['is absolute', [{ name: '/etc/passwd' }], ['CSAR-ENTRY-NAME']],
    ['has a drive letter', [{ name: 'C:/boot.ini' }], ['CSAR-ENTRY-NAME']],
    ['leaves the package', [{ name: 'a/../../b' }], ['CSAR-ENTRY-NAME']],
    ['leaves the package as a folder', [{ name: '../' }], ['CSAR-ENTRY-NAME']],
    ['has a backslash', [{ name: 'a\\b' }], ['CSAR-ENTRY-NAME']],
    ['has an empty part', [{ name: 'a//b' }], ['CSAR-ENTRY-NAME']],
    ['has NUL in its name', [{ name: 'a\0.yaml' }], ['CSAR-ENTRY-NAME']],
    ['has a name that is not UTF-8', [{ name: Buffer.from([0x61, 0xff, 0x62]) }], ['CSAR-ENTRY-NAME']],
    ['has no name', [{ name: '' }], ['CSAR-ENTRY-NAME']],
    ['has a very long name', [{ name: 'a'.repeat(600) }], ['CSAR-ENTRY-NAME']],
    ['is a symbolic link', [{ name: 'a', content: Buffer.from('/etc/passwd'), mode: 0o120777 }], ['CSAR-ENTRY-KIND']],
    ['is a device', [{ name: 'a', mode: 0o020666 }], ['CSAR-ENTRY-KIND']],
    ['is a pipe', [{ name: 'a', mode: 0o010666 }], ['CSAR-ENTRY-KIND']],
    ['is there twice', [{ name: 'a' }, { name: 'a' }], ['CSAR-ENTRY-DUPLICATE']],
    ['differs from another in case only', [{ name: 'a/Readme' }, { name: 'a/README' }], ['CSAR-ENTRY-DUPLICATE']],
    ['differs from another in composition only', [{ name: '\u00e9' }, { name: 'e\u0301' }], ['CSAR-ENTRY-DUPLICATE']],
    ['is a folder to another', [{ name: 'a' }, { name: 'a/b' }], ['CSAR-ENTRY-DUPLICATE']],
    ['is a file where another has a folder', [{ name: 'a/b' }, { name: 'a' }], ['CSAR-ENTRY-DUPLICATE']],
    ['has a folder that differs in case', [{ name: 'a/b' }, { name: 'A/c' }], ['CSAR-ENTRY-DUPLICATE']],
    [
      'is encrypted',
      [{ name: 'a', content: text, flags: 0x0801, unpackedSize: text.length - 12 }],
      ['CSAR-ENTRY-ENCRYPTED'],
    ],
    ['is compressed by bzip2', [{ name: 'a', content: text, method: 12 }], ['CSAR-ENTRY-COMPRESSION']],
    ['has another CRC', [{ name: 'a', content: text, crc: 1 }], ['CSAR-ENTRY-CORRUPT']],
    [
      'has more bytes than it says',
      [{ name: 'a', content: zeros, deflate: true, unpackedSize: 10 }],
      ['CSAR-ENTRY-CORRUPT'],
    ],
    [
      'has fewer bytes than it says',
      [{ name: 'a', content: text, deflate: true, unpackedSize: 99 }],
      ['CSAR-ENTRY-CORRUPT'],
    ],
    ['is not deflate', [{ name: 'a', content: text, method: 8 }], ['CSAR-ENTRY-CORRUPT']],
    ['unpacks to too much', [{ name: 'a', content: zeros, deflate: true }], ['CSAR-TOO-LARGE'], { totalBytes: 99_999 }],
    [
      'unpacks to too many times its size',
      [{ name: 'a', content: zeros, deflate: true }],
      ['CSAR-RATIO'],
      { ratioFromBytes: 50_000 },
    ],
    ['is one too many', [{ name: 'a' }, { name: 'b' }, { name: 'c' }], ['CSAR-TOO-MANY-ENTRIES'], { entries: 2 }],
    [
      'shares its bytes with others',
      [{ name: 'a', content: zeros }, ...['b', 'c'].map((name) => ({ name, content: zeros, sameDataAs: 0 }))],
      ['CSAR-OVERLAP'],
    ],
    [
      'begins inside another',
      [
        { name: 'a', content: localBytes({ name: 'b', content: text }) },
        { name: 'b', content: text, at: 31 },
      ],
      ['CSAR-OVERLAP'],
    ],
    ['has another name of its own', [{ name: 'a', local: { name: 'b' } }], ['CSAR-HEADERS-DISAGREE']],
    ['has another compression of its own', [{ name: 'a', local: { method: 8 } }], ['CSAR-HEADERS-DISAGREE']],
    ['has another CRC of its own', [{ name: 'a', content: text, local: { crc: 1 } }], ['CSAR-HEADERS-DISAGREE']],
    ['has another size of its own', [{ name: 'a', local: { unpackedSize: 9 } }], ['CSAR-HEADERS-DISAGREE']],
    ['is encrypted by its own word', [{ name: 'a', local: { flags: 0x0801 } }], ['CSAR-HEADERS-DISAGREE']],
    [
      'has a descriptor of something else',
      [{ name: 'a', content: text, flags: 0x0808, descriptor: descriptorOf(zeros, false, 4) }],
      ['CSAR-HEADERS-DISAGREE'],
    ],
    ['has no descriptor where it should', [{ name: 'a', content: text, flags: 0x0808 }], ['CSAR-HEADERS-DISAGREE']],
    ['has a ZIP64 size and no ZIP64 field', [{ name: 'a', content: text, packedSize: 0xffffffff }], ['CSAR-NOT-ZIP']],
    ['has more packed bytes than the archive', [{ name: 'a', content: text, packedSize: 9999 }], ['CSAR-NOT-ZIP']],
    [
      'is bad, and another too',
      [{ name: '/a' }, { name: 'b', mode: 0o120777 }],
      ['CSAR-ENTRY-NAME', 'CSAR-ENTRY-KIND'],
    ],
  ];

  test.each(cases.map(([what, ...rest]) => [what, rest] as const))('%s', async (_, [entries, expected, limits]) => {
    writeRawZip(file, entries);
    expect(await codesOf(limits)).toEqual(expected);
  });
});

describe('what is no archive is refused', () => {
  test.each([
    ['an empty file', ''],
    ['text', 'this is no archive at all, however long it may be'],
    [
      'a directory end that points nowhere',
      `PK\u0005\u0006${'\0'.repeat(4)}\u0001\0\u0001\0\0\0\0\0${'\u00ff'.repeat(4)}\0\0`,
    ],
  ])('%s', async (_, content) => {
    writeFileSync(file, content, 'latin1');
    expect(await codesOf()).toEqual(['CSAR-NOT-ZIP']);
  });

  test('an archive that is cut short', async () => {
    await writeZip(file, new Map([['a', zeros]]));
    truncateSync(file, 60);
    expect(await codesOf()).toEqual(['CSAR-NOT-ZIP']);
  });

  test('an archive with something before it', async () => {
    writeRawZip(file, [{ name: 'a', content: text }], Buffer.from('#!/bin/sh\nexit 0\n'));
    expect(await codesOf()).toEqual(['CSAR-PREFIX']);
  });

  test.each([
    ['something before it that its directory does not count', (bytes: Buffer) => Buffer.concat([text, bytes])],
    ['something behind it', (bytes: Buffer) => Buffer.concat([bytes, text])],
    ['more entries than there are', (bytes: Buffer) => patched(bytes, 2)],
  ])('an archive with %s', async (_, change) => {
    writeRawZip(file, [{ name: 'a', content: text }]);
    writeFileSync(file, change(readFileSync(file)));
    expect(await codesOf()).toEqual(['CSAR-NOT-ZIP']);
  });

  test('an archive that says it has as many entries as only ZIP64 has', async () => {
    writeRawZip(file, [{ name: 'a', content: text }]);
    writeFileSync(file, patched(readFileSync(file), 0xffff));
    expect(await codesOf()).toEqual(['CSAR-TOO-MANY-ENTRIES']);
  });

  test('what is no archive is said in one sentence', async () => {
    writeFileSync(file, 'this is no archive at all, however long it may be');
    const outcome = await openCsar(file, defaultCsarLimits);
    expect(outcome.ok ? '' : outcome.problem.detail).not.toContain('..');
  });

  test('a damaged directory', async () => {
    writeRawZip(file, [{ name: 'a', content: text }]);
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(0, bytes.indexOf('PK\u0001\u0002'));
    writeFileSync(file, bytes);
    expect(await codesOf()).toEqual(['CSAR-NOT-ZIP']);
  });
});

test('a missing file is a fault, not a refusal', async () => {
  await expect(openCsar(join(folder, 'none'), defaultCsarLimits)).rejects.toThrow('ENOENT');
});

describe('a good archive', () => {
  const open = async (limits: Partial<CsarLimits> = {}) => {
    await writeZip(
      file,
      new Map([
        ['b/c.yaml', text],
        ['z', zeros],
        ['empty/', Buffer.alloc(0)],
      ]),
    );
    const outcome = await openCsar(file, { ...defaultCsarLimits, ...limits });
    if (!outcome.ok) throw new Error(outcome.problem.detail);
    return outcome.value;
  };

  test('lists its files with size and digest', async () => {
    const archive = await open();
    expect(archive.entries).toEqual([
      { path: 'b/c.yaml', sizeBytes: text.length, sha256: digest('sha256', text) },
      { path: 'z', sizeBytes: zeros.length, sha256: digest('sha256', zeros) },
    ]);
    expect(archive.folders).toEqual(['empty']);
    archive.close();
  });

  test('gives text, heads, other digests and files', async () => {
    const archive = await open();
    expect(await archive.text('b/c.yaml')).toEqual({ ok: true, text: text.toString() });
    expect(Buffer.from(await archive.head('z', 7)).equals(zeros.subarray(0, 7))).toBe(true);
    expect(await archive.digest('z', 'sha-512')).toBe(digest('sha512', zeros));
    await archive.extract('z', join(folder, 'z'));
    expect(readFileSync(join(folder, 'z')).equals(zeros)).toBe(true);
    archive.close();
  });

  test('does not write over a file', async () => {
    const archive = await open();
    writeFileSync(join(folder, 'taken'), 'mine');
    await expect(archive.extract('z', join(folder, 'taken'))).rejects.toThrow('EEXIST');
    expect(readFileSync(join(folder, 'taken'), 'utf8')).toBe('mine');
    archive.close();
  });

  test('refuses text above its limit', async () => {
    const archive = await open({ textBytes: 5 });
    expect(await archive.text('b/c.yaml')).toMatchObject({ ok: false, finding: { code: 'CSAR-TEXT-TOO-LARGE' } });
    archive.close();
  });

  test('has no other files', async () => {
    const archive = await open();
    expect(() => archive.text('c.yaml')).toThrow('no file c.yaml');
    archive.close();
  });

  test.each([[false, 4] as const, [true, 4] as const, [false, 8] as const, [true, 8] as const])(
    'may say sizes and CRC behind the data (signature: %s, sizes of %i bytes)',
    async (signed, sizeBytes) => {
      const descriptor = descriptorOf(text, signed, sizeBytes);
      writeRawZip(file, [{ name: 'a', content: text, flags: 0x0808, descriptor, local: { crc: 0 } }, { name: 'b' }]);
      expect(await codesOf()).toEqual([]);
    },
  );

  test('may have folders as entries', async () => {
    writeRawZip(file, [
      { name: 'a/', mode: 0o040755 },
      { name: 'a/b', content: text },
    ]);
    expect(await codesOf()).toEqual([]);
  });
});
