/**
 * A disk that is full: the upload or the onboarding fails with its reason, nothing is left, and what is there still
 * works. Needs root for a file system of its own.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCsarLimits } from '../../src/artifacts/csar-limits.js';
import { PackageStore } from '../../src/artifacts/package-store.js';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import { vnfPkgId } from '../../src/shared/ids.js';
import { edgePackage } from './edge-package.js';
import { writeZip } from './zips.js';

const MiB = 1024 * 1024;
const one = vnfPkgId('11111111-1111-4111-8111-111111111111');
const two = vnfPkgId('22222222-2222-4222-8222-222222222222');
const vocabulary = await loadVocabulary();

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

(canMount ? describe : describe.skip)('on a disk of 4 MiB', () => {
  let folder: string;
  let store: PackageStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'berth-full-'));
    if (!mountSmall(folder)) throw new Error('the file system cannot be made');
    store = new PackageStore(folder, vocabulary, defaultCsarLimits);
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

  test('an upload that does not fit is a fault and leaves nothing; the next one that fits is taken', async () => {
    await expect(store.receive(one, bytes(8 * MiB))).rejects.toThrow('ENOSPC');
    expect(left()).toEqual([]);
    expect(await store.receive(two, bytes(MiB))).toMatchObject({ ok: true });
  });

  test('images that do not fit beside their package are a fault, and no part of them stays', async () => {
    const csar = join(mkdtempSync(join(tmpdir(), 'berth-full-csar-')), 'a.csar');
    await writeZip(csar, edgePackage({ fast: Buffer.alloc(12 * MiB, 'raw disk ') }));
    expect(await store.receive(one, once(readFileSync(csar)))).toMatchObject({ ok: true });
    await expect(store.onboard(one)).rejects.toThrow('ENOSPC');
    expect(left().filter((name) => name.endsWith('.part'))).toEqual([]);
    await store.remove(one, new Set());
    expect(left()).toEqual([]);
    rmSync(join(csar, '..'), { recursive: true });
  });
});
