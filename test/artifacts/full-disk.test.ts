/**
 * A disk that is full: the upload or the onboarding fails with its reason, nothing is left, and what is there still
 * works. Needs root for a file system of its own.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, rmdirSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCsarLimits } from '../../src/artifacts/csar-limits.js';
import { readerBy } from '../../src/artifacts/package-reader.js';
import { PackageStore } from '../../src/artifacts/package-store.js';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import type { Outcome } from '../../src/shared/outcome.js';
import { vnfPkgId } from '../../src/shared/ids.js';
import { smallDisk, type SmallDisk } from '../builders/small-disk.js';
import { edgePackage } from './edge-package.js';
import { writeZip } from './zips.js';

const MiB = 1024 * 1024;
const one = vnfPkgId('11111111-1111-4111-8111-111111111111');
const two = vnfPkgId('22222222-2222-4222-8222-222222222222');
const read = readerBy(await loadVocabulary());

function mountSmall(folder: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'berth-test', folder]).status === 0;
}

const probe = mkdtempSync(join(tmpdir(), 'berth-full-'));
const canMount = mountSmall(probe);
if (canMount) spawnSync('umount', [probe]);
rmdirSync(probe);
if (!canMount) console.log('skipped: a full disk needs the right to mount a tmpfs');

async function* bytes(count: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < count; sent += MiB) yield Buffer.alloc(MiB, 1);
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

(canMount ? describe : describe.skip)('on a disk of 40 MiB of which 4 are kept for the database', () => {
  const keptBytes = 4 * MiB;
  let disk: SmallDisk;
  let store: PackageStore;
  let leastFreeBytes: number;

  beforeEach(async () => {
    disk = smallDisk(40);
    store = new PackageStore(disk.folder, read, { ...defaultCsarLimits, keptFreeBytes: 1024 * MiB });
    await store.open();
    leastFreeBytes = Infinity;
  });
  afterEach(() => disk.remove());

  function look(): void {
    const { bavail, bsize } = statfsSync(disk.folder);
    leastFreeBytes = Math.min(leastFreeBytes, bavail * bsize);
  }

  async function* pieces(count: number, size = 64 * 1024): AsyncGenerator<Uint8Array> {
    for (let sent = 0; sent < count; sent += size) {
      look();
      yield Buffer.alloc(size, 1);
    }
    look();
  }

  const upload = async (files: ReadonlyMap<string, Buffer>) => {
    const scratch = mkdtempSync(join(tmpdir(), 'berth-full-csar-'));
    await writeZip(join(scratch, 'a.csar'), files);
    expect(await store.receive(one, once(readFileSync(join(scratch, 'a.csar'))))).toMatchObject({ ok: true });
    rmSync(scratch, { recursive: true });
  };

  const refused = {
    ok: false,
    problem: { status: 507, detail: expect.stringMatching(/ \d+ are kept for the database \(`reserveMiB`\)\. Free/) },
  };

  test('an upload of unknown size ends before it takes what is kept', async () => {
    expect(await store.receive(one, pieces(60 * MiB))).toMatchObject(refused);
    expect(leastFreeBytes).toBeGreaterThanOrEqual(keptBytes);
    expect(leastFreeBytes).toBeLessThan(keptBytes + MiB);
  });

  test('uploads at the same time do not take it together', async () => {
    const ids = Array.from({ length: 4 }, (_, at) => vnfPkgId(`${String(at)}1111111-1111-4111-8111-111111111111`));
    const ended = await Promise.all(ids.map((id) => store.receive(id, pieces(30 * MiB))));
    expect(ended.map(({ ok }) => ok)).toContain(false);
    expect(leastFreeBytes).toBeGreaterThanOrEqual(keptBytes - ids.length * (keptBytes / 16));
  });

  test('an upload of known size that would take it is refused before a byte is read', async () => {
    disk.fill(keptBytes + MiB);
    expect(await store.receive(one, pieces(2 * MiB), 2 * MiB)).toMatchObject({
      ok: false,
      problem: { neededBytes: 2 * MiB, folder: expect.stringContaining(disk.folder) },
    });
    expect(leastFreeBytes).toBe(Infinity);
    expect(await store.receive(one, pieces(MiB / 2), MiB / 2)).toMatchObject({ ok: true });
  });

  test.each<readonly [string, () => ReadonlyMap<string, Buffer>]>([
    ['images', () => edgePackage({ fast: Buffer.alloc(8 * MiB, 'raw disk ') })],
    [
      'the package inside a signed archive',
      () =>
        new Map([
          ['edge.csar', Buffer.alloc(8 * MiB)],
          ['edge.cms', Buffer.from('x')],
        ]),
    ],
  ])('%s that would take it are not unpacked', async (_, files) => {
    await upload(files());
    disk.fill(keptBytes + 2 * MiB);
    expect(await store.onboard(one)).toMatchObject(refused);
    look();
    expect(leastFreeBytes).toBeGreaterThanOrEqual(keptBytes + MiB);
  });

  test('nothing is begun once less is free than is kept', async () => {
    await upload(edgePackage());
    disk.fill(keptBytes - MiB);
    expect(await store.receive(two, pieces(1))).toMatchObject(refused);
    expect(await store.onboard(one)).toMatchObject(refused);
  });
});

(canMount ? describe : describe.skip)('on a disk of 4 MiB', () => {
  let folder: string;
  let store: PackageStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'berth-full-'));
    if (!mountSmall(folder)) throw new Error('the file system cannot be made');
    store = new PackageStore(folder, read, defaultCsarLimits);
    await store.open();
  });
  afterEach(() => {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });

  const left = (): readonly string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? entry.name : [],
    );

  /** The detail of a refusal for want of room. */
  async function refusal(outcome: Promise<Outcome<unknown>>): Promise<string> {
    const ended = await outcome;
    if (ended.ok) throw new Error('there was room');
    expect(ended.problem).toMatchObject({ type: 'urn:berth:problem:insufficient-storage', status: 507 });
    return ended.problem.detail;
  }

  test('an upload that does not fit is refused and leaves nothing; the next one that fits is taken', async () => {
    expect(await refusal(store.receive(one, bytes(8 * MiB)))).toMatch(
      /^The archive of package 1{8}-.* needs more than there is room in .*; \d+ bytes are free there now\. Free some/,
    );
    expect(left()).toEqual([]);
    expect(await store.receive(two, bytes(MiB))).toMatchObject({ ok: true });
  });

  test('an upload that says beforehand that it does not fit is refused before a byte is written', async () => {
    let read = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const chunk of bytes(8 * MiB)) yield ((read += chunk.length), chunk);
    }
    expect(await refusal(store.receive(one, counted(), 8 * MiB))).toContain(`needs ${8 * MiB} bytes in ${folder}`);
    expect([read, ...left()]).toEqual([0]);
  });

  const upload = async (files: ReadonlyMap<string, Buffer>) => {
    const scratch = mkdtempSync(join(tmpdir(), 'berth-full-csar-'));
    await writeZip(join(scratch, 'a.csar'), files);
    expect(await store.receive(one, once(readFileSync(join(scratch, 'a.csar'))))).toMatchObject({ ok: true });
    rmSync(scratch, { recursive: true });
  };

  test('images that do not fit beside their package are refused with their size, and no part of them stays', async () => {
    const image = Buffer.alloc(12 * MiB, 'raw disk ');
    await upload(edgePackage({ fast: image }));
    const detail = await refusal(store.onboard(one));
    const [, needed] = /^The software images of package .* needs? (\d+) bytes in .*images; /.exec(detail) ?? [];
    expect(Number(needed)).toBeGreaterThan(image.length);
    expect(left()).toEqual(['content.csar']);
    await store.remove(one);
    expect(left()).toEqual([]);
  });

  test('a package that does not fit beside the signed archive around it is refused, and no part of it stays', async () => {
    await upload(
      new Map([
        ['edge.csar', Buffer.alloc(8 * MiB)],
        ['edge.cms', Buffer.from('x')],
      ]),
    );
    await refusal(store.onboard(one));
    expect(left()).toEqual(['content.csar']);
  });
});
