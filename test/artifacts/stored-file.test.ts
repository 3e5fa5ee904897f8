/**
 * Files of a stored package as they are sent: whole, in part, together.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredFile } from '../../src/artifacts/artifacts.js';
import { defaultCsarLimits } from '../../src/artifacts/csar-limits.js';
import { fileOnDisk, StoredArchive } from '../../src/artifacts/stored-file.js';
import { soon } from '../libvirt/soon.js';
import { edgePackage, type Files } from './edge-package.js';
import { bytesOf, entriesOf, writeRawZip, writeZip } from './zips.js';

const large = 'Files/images/edge-fast.img';
let folder: string;
let files: Files;
let archive: StoredArchive;

const stored = async (name: string, content: Files): Promise<StoredArchive> => {
  const file = join(folder, name);
  await writeZip(file, content);
  return new StoredArchive(file, defaultCsarLimits);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-stored-'));
  files = edgePackage({ fast: Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251)) });
  archive = await stored('edge.csar', files);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ['compressed in an archive', async () => (await archive.file(large))!],
  ['on disk', () => onDisk(files.get(large)!)],
])('a file %s', (_, open: () => Promise<StoredFile>) => {
  test('has its size and its bytes', async () => {
    const file = await open();
    expect(file.sizeBytes).toBe(300_000);
    expect((await bytesOf(file)).equals(files.get(large)!)).toBe(true);
  });

  test.each([
    [0, 0],
    [0, 299_999],
    [65_535, 65_536],
    [299_999, 299_999],
    [123_456, 234_567],
  ])('is read from byte %i to byte %i', async (first, last) => {
    const part = await bytesOf(await open(), { first, last });
    expect(part.equals(files.get(large)!.subarray(first, last + 1))).toBe(true);
  });

  test('may be left unread or half read, and nothing stays open', async () => {
    const file = await open();
    await allClosed();
    for await (const chunk of file.read()) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await bytesOf(file, { first: 1, last: 2 });
    await allClosed();
  });
});

async function onDisk(content: Buffer): Promise<StoredFile> {
  writeFileSync(join(folder, 'plain.csar'), content);
  return fileOnDisk(join(folder, 'plain.csar'));
}

/** A file is closed a little after its stream was left; one that stays open fails here. */
async function allClosed(): Promise<void> {
  await soon(() => openFiles() === 0 || undefined, 'a file stays open', 60_000, 10);
}

/** Archives that this process has open. */
const openFiles = (): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).endsWith('.csar');
    } catch {
      return false;
    }
  }).length;

test('a file that is not there is none, in an archive, and a fault on disk', async () => {
  expect(await archive.file('../images/x')).toBeUndefined();
  await expect(fileOnDisk(join(folder, 'none'))).rejects.toThrow('ENOENT');
});

test('an archive that is no longer one is a fault', async () => {
  writeFileSync(join(folder, 'broken.csar'), 'not a zip');
  const broken = new StoredArchive(join(folder, 'broken.csar'), defaultCsarLimits);
  await expect(broken.file('a')).rejects.toThrow('is not as it was onboarded');
});

test('a file that was damaged on disk is not given to its end, alone or in an archive', async () => {
  const content = Buffer.alloc(200_000, 'berth ');
  writeRawZip(join(folder, 'damaged.csar'), [{ name: 'a.txt', content, deflate: true, crc: 1 }]);
  const damaged = new StoredArchive(join(folder, 'damaged.csar'), defaultCsarLimits);
  for (const file of [await damaged.file('a.txt'), await damaged.zip(['a.txt'])]) {
    let given = 0;
    const reading = async () => {
      for await (const chunk of file!.read()) given += chunk.length;
    };
    await expect(reading()).rejects.toThrow('does not have the CRC');
    expect(given).toBeLessThan(content.length);
  }
});

describe('files of a package as one archive', () => {
  const paths = ['ChangeLog.txt', large, 'TOSCA-Metadata/TOSCA.meta'];

  test('are there by the paths that they have in the package, in the order asked for, each once', async () => {
    const entries = await entriesOf(await bytesOf(await archive.zip([...paths, 'none', 'ChangeLog.txt'])));
    expect(Object.keys(entries)).toEqual(paths);
    expect(entries['ChangeLog.txt']).toBe(files.get('ChangeLog.txt')?.toString());
  });

  test('have the size that was told, and the same bytes every time', async () => {
    const zip = await archive.zip(paths);
    const bytes = await bytesOf(zip);
    expect(bytes.length).toBe(zip.sizeBytes);
    expect((await bytesOf(await archive.zip(paths))).equals(bytes)).toBe(true);
    expect((await bytesOf(zip, { first: 10, last: 99_999 })).equals(bytes.subarray(10, 100_000))).toBe(true);
    await allClosed();
  });

  test('are an archive without entries when there are none', async () => {
    expect(await entriesOf(await bytesOf(await archive.zip([])))).toEqual({});
  });
});

describe('files that vouch for others', () => {
  const withSignatures = (all: Files): Files => {
    const manifest = all.get('Definitions/edge.mf')!.toString();
    const signed = 'Source: ChangeLog.txt\nSignature: Sigs/ChangeLog.cms\nCertificate: Sigs/ChangeLog.cert\n\n';
    return new Map([...all, ['Definitions/edge.mf', Buffer.from(manifest.replace('\n\n', `\n\n${signed}`))]]);
  };

  test('are the certificate at the root and the signatures that the manifest names', async () => {
    const signed = await stored('signed.csar', withSignatures(new Map([...files, ['edge.cert', Buffer.from('PEM')]])));
    expect(await signed.securityFiles()).toEqual({
      certificates: ['edge.cert'],
      signatures: [{ of: 'ChangeLog.txt', files: ['Sigs/ChangeLog.cms', 'Sigs/ChangeLog.cert'] }],
    });
  });

  test('are none in a package that nobody signed, with a manifest or without', async () => {
    const none = { certificates: [], signatures: [] };
    expect(await archive.securityFiles()).toEqual(none);
    const bare = await stored('bare.csar', new Map([['vnfd.yaml', readFileSync('package.json')]]));
    expect(await bare.securityFiles()).toEqual(none);
  });
});
