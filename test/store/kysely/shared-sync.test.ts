/** When the store answers: never before the disk has what the answer shows. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { vnfPkgId } from '../../../src/shared/ids.js';
import { createSqliteStore } from '../../../src/store/kysely/sqlite/sqlite.js';
import { SharedSync } from '../../../src/store/kysely/sqlite/shared-sync.js';
import { StoreTrouble } from '../../../src/store/trouble.js';
import type { Store } from '../../../src/store/store.js';
import { systemClock } from '../../../src/system.js';

/** A disk whose syncs end when the test says so. */
class Disk {
  syncs = 0;
  isHeld = false;
  #waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  readonly sync = (): Promise<void> => {
    this.syncs += 1;
    if (!this.isHeld) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  };

  release(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  fail(): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('EIO: i/o error, fdatasync'));
  }
}

/** Enough turns for all that does not wait for the disk. */
async function turns(): Promise<void> {
  for (let at = 0; at < 50; at += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function isOver(work: Promise<unknown>): Promise<boolean> {
  let over = false;
  void work.finally(() => (over = true)).catch(() => undefined);
  await turns();
  return over;
}

describe('a shared sync', () => {
  it('is not made where nothing was committed', async () => {
    const disk = new Disk();
    await new SharedSync(disk.sync).settled();
    expect(disk.syncs).toBe(0);
  });

  it('is one for all that were committed before it, and another for all that came during it', async () => {
    const disk = new Disk();
    disk.isHeld = true;
    const shared = new SharedSync(disk.sync);
    shared.committed();
    const first = shared.settled();
    shared.committed();
    shared.committed();
    const later = Promise.all([shared.settled(), shared.settled()]);
    disk.release();
    await first;
    expect([disk.syncs, await isOver(later)]).toEqual([2, false]);
    disk.release();
    await later;
    expect(disk.syncs).toBe(2);
  });

  it('that fails is told to all who waited for it, and made again for the next', async () => {
    const disk = new Disk();
    disk.isHeld = true;
    const shared = new SharedSync(disk.sync);
    shared.committed();
    const both = [shared.settled(), shared.settled()];
    disk.fail();
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    disk.isHeld = false;
    await shared.settled();
    expect(disk.syncs).toBe(2);
  });
});

describe('the SQLite store', () => {
  const disk = new Disk();
  let folder = '';
  let store: Store;
  const file = (): string => join(folder, 'berth.db');

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'berth-sync-'));
    disk.isHeld = false;
    store = createSqliteStore({ file: file(), clock: systemClock, syncFile: disk.sync });
    await store.open();
    disk.syncs = 0;
  });
  afterEach(async () => {
    disk.isHeld = false;
    disk.release();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const create = (name: string): Promise<unknown> =>
    store.createPackage({ id: vnfPkgId(name), userDefinedData: {}, createdAtMs: 1 });

  it('answers a write, and a read that shows it, when the disk has it', async () => {
    disk.isHeld = true;
    const write = create('p1');
    expect(await isOver(write)).toBe(false);
    const read = store.package(vnfPkgId('p1'));
    expect(await isOver(read)).toBe(false);
    disk.release();
    await write;
    expect(await read).toMatchObject({ id: 'p1' });
  });

  it('commits of many at once share few syncs', async () => {
    disk.isHeld = true;
    const all = Promise.all(Array.from({ length: 20 }, (_, at) => create(`p${String(at)}`)));
    while (!(await isOver(all))) disk.release();
    expect(disk.syncs).toBeLessThanOrEqual(3);
  });

  it('names the file when the disk fails, and then believes only what is in the database file', async () => {
    disk.isHeld = true;
    const write = create('p1');
    await turns();
    disk.fail();
    await expect(write).rejects.toThrow(StoreTrouble);
    await expect(write).rejects.toThrow(/berth\.db \(EIO: i\/o error, fdatasync\).*See to the disk/);
    expect(await store.package(vnfPkgId('p1'))).toMatchObject({ id: 'p1' });
    expect(disk.syncs).toBe(1);

    // Without the log: what a disk has that lost it.
    copyFileSync(file(), join(folder, 'copy.db'));
    const copy = createSqliteStore({ file: join(folder, 'copy.db'), clock: systemClock });
    await copy.open();
    expect(await copy.package(vnfPkgId('p1'))).toMatchObject({ id: 'p1' });
    await copy.close();
  });
});
