/**
 * Archives and images on disk: whole or not there, cleaned up.
 */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCsarLimits } from '../../src/artifacts/csar-limits.js';
import { readerBy, type PackageReader } from '../../src/artifacts/package-reader.js';
import { PackageStore } from '../../src/artifacts/package-store.js';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import { vnfPkgId } from '../../src/shared/ids.js';
import { digest, edgePackage, edit } from './edge-package.js';
import { bytesOf, writeZip } from './zips.js';

const one = vnfPkgId('11111111-1111-4111-8111-111111111111');
const two = vnfPkgId('22222222-2222-4222-8222-222222222222');
const limits = { ...defaultCsarLimits, archiveBytes: 5_000_000 };
let read: PackageReader;
let folder: string;
let store: PackageStore;

beforeAll(async () => {
  read = readerBy(await loadVocabulary());
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-store-'));
  store = new PackageStore(folder, read, limits);
  await store.open();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Every file below the folder. */
const files = (): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();

async function* chunks(...parts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield Buffer.from(part);
  }
}

async function edgeArchive(change?: Parameters<typeof edgePackage>[0]): Promise<Buffer> {
  const file = join(folder, 'edge.csar');
  await writeZip(file, edgePackage(change));
  const bytes = readFileSync(file);
  rmSync(file);
  return bytes;
}

async function stored(id: typeof one, bytes: Buffer) {
  await store.receive(
    id,
    (async function* () {
      yield bytes;
    })(),
  );
  return store.onboard(id);
}

describe('an upload', () => {
  test('is stored whole, with its size and digest', async () => {
    const outcome = await store.receive(one, chunks('hello ', 'world'), 11);
    expect(outcome).toEqual({
      ok: true,
      value: { sizeBytes: 11, sha256: digest('sha256', Buffer.from('hello world')) },
    });
    expect((await bytesOf(await store.archive(one))).toString()).toBe('hello world');
  });

  test('past the limit is refused and leaves nothing', async () => {
    const large = 'x'.repeat(3_000_000);
    expect(await store.receive(one, chunks(large, large))).toMatchObject({ ok: false, problem: { status: 413 } });
    expect(readdirSync(join(folder, 'packages'))).toEqual([]);
  });

  test('that announces too much is refused before it is read', async () => {
    const never = chunks(new Error('was read'));
    expect(await store.receive(one, never, 5_000_001)).toMatchObject({ ok: false, problem: { status: 413 } });
  });

  test('of fewer bytes than announced is refused and leaves nothing', async () => {
    const outcome = await store.receive(one, chunks('hell'), 5);
    expect(outcome).toMatchObject({ ok: false, problem: { type: 'urn:berth:problem:upload-broken' } });
    expect(readdirSync(join(folder, 'packages'))).toEqual([]);
  });

  test('of more bytes than announced is refused and leaves nothing', async () => {
    expect(await store.receive(one, chunks('hello', '!'), 5)).toMatchObject({ ok: false });
    expect(readdirSync(join(folder, 'packages'))).toEqual([]);
  });

  test('whose client goes away is a fault of the stream and leaves nothing', async () => {
    await expect(store.receive(one, chunks('hel', new Error('aborted')))).rejects.toThrow('aborted');
    expect(readdirSync(join(folder, 'packages'))).toEqual([]);
  });

  test('that meets another of the same package is refused, and the other goes on', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const slow = store.receive(
      one,
      (async function* () {
        yield Buffer.from('first');
        await gate;
      })(),
    );
    while (!files().includes(`packages/${one}/content.csar.part`)) await new Promise(setImmediate);
    expect(await store.receive(one, chunks('second'))).toMatchObject({ ok: false, problem: { status: 409 } });
    release();
    expect(await slow).toMatchObject({ ok: true });
    expect((await bytesOf(await store.archive(one))).toString()).toBe('first');
  });

  test('may come beside one of another package', async () => {
    await Promise.all([store.receive(one, chunks('a')), store.receive(two, chunks('b'))]);
    expect(files()).toEqual([`packages/${one}/content.csar`, `packages/${two}/content.csar`]);
  });
});

test('what one who read a package and was killed has left is removed when it is read again', async () => {
  const outcome = await stored(one, await edgeArchive());
  const [image] = outcome.ok ? outcome.value.softwareImages : [];
  const whole = files();
  const folderOfOne = join(folder, 'packages', one);
  writeFileSync(join(folderOfOne, 'content.csar.inner.7.part'), 'half');
  writeFileSync(join(folderOfOne, 'images', 'b'.repeat(64)), 'of nobody');
  writeFileSync(store.imagePath(one, image!.sha256), 'cut short');
  expect(await store.onboard(one)).toEqual(outcome);
  expect(files()).toEqual(whole);
  expect(digest('sha256', readFileSync(store.imagePath(one, image!.sha256)))).toBe(image!.sha256);
});

test('an archive that is not there is refused with where it should be', async () => {
  const outcome = await store.onboard(one);
  expect(outcome).toMatchObject({ ok: false, problem: { type: 'urn:berth:problem:upload-broken' } });
  expect(JSON.stringify(outcome)).toContain(`${join(folder, 'packages', one, 'content.csar')}. Give all replicas one`);
});

describe('an onboarded package', () => {
  test('has its images beside it by digest, each once', async () => {
    const outcome = await stored(one, await edgeArchive());
    const images = outcome.ok ? outcome.value.softwareImages.map(({ sha256 }) => sha256) : [];
    expect(images.length).toBeGreaterThan(new Set(images).size);
    expect(readdirSync(join(folder, 'packages', one, 'images')).toSorted()).toEqual([...new Set(images)].toSorted());
    for (const sha256 of images) expect(digest('sha256', readFileSync(store.imagePath(one, sha256)))).toBe(sha256);
  });

  test('is removed whole, and another with the same images stays whole', async () => {
    const bytes = await edgeArchive();
    await stored(one, bytes);
    await stored(two, bytes);
    const ofTwo = files().filter((file) => file.startsWith(`packages/${two}`));
    await store.remove(one);
    expect(files()).toEqual(ofTwo);
    await store.remove(two);
    expect(files()).toEqual([]);
  });
});

test('a refused package leaves no image', async () => {
  const bytes = await edgeArchive({ change: (all) => edit(all, 'Definitions/edge_df_small.yaml', 'worker:', 'wrkr:') });
  expect(await stored(one, bytes)).toMatchObject({ ok: false, problem: { status: 422 } });
  expect(files()).toEqual([`packages/${one}/content.csar`]);
});

test('an id that is a path is a fault', async () => {
  await expect(store.archive(vnfPkgId('../x'))).rejects.toThrow('no package id');
  expect(() => store.imagePath(one, '../x')).toThrow('no SHA-256');
});
