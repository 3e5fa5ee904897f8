/** A database file that something else has cut or written over: found at the start, and named with the way back. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFailure } from '../../../src/start-failure.js';
import { createSqliteStore } from '../../../src/store/kysely/sqlite/sqlite.js';
import { cpuClaim, begun, planCommit } from '../../contract/store-samples.js';
import { hostId } from '../../../src/shared/ids.js';
import { systemClock } from '../../../src/system.js';

const pageBytes = 4096;

let folder: string;
let sound: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-damaged-'));
  const file = join(folder, 'sound.sqlite');
  const store = createSqliteStore({ file, clock: systemClock });
  await store.open();
  await begun(store, 'op1');
  await store.ensureHost(hostId('h1'), 'west');
  await store.commitPlan(planCommit('op1', [cpuClaim('op1', 1)]));
  await store.close();
  sound = readFileSync(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What an operator reads; undefined when Berth would start. */
async function complaintAt(content: Buffer): Promise<string | undefined> {
  const file = join(folder, 'berth.sqlite');
  for (const each of [file, `${file}-wal`, `${file}-shm`]) rmSync(each, { force: true });
  writeFileSync(file, content);
  const store = createSqliteStore({ file, clock: systemClock });
  try {
    await store.open();
    return undefined;
  } catch (error) {
    return startFailure(error);
  } finally {
    await store.close();
  }
}

const wayBack = (): RegExp =>
  new RegExp(`^The database file ${join(folder, 'berth.sqlite')} is .*damaged \\(.*berth restore.*docs/backup\\.md`);

it('is opened when nothing is wrong with it', async () => {
  expect(await complaintAt(sound)).toBeUndefined();
});

it('is refused when it is cut anywhere, with the file and the way back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: sound.length - 1 }), async (bytes) => {
      expect(await complaintAt(sound.subarray(0, bytes))).toMatch(wayBack());
    }),
    { numRuns: 60 },
  );
});

it('is refused when its beginning is written over', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 100, maxLength: 100 }), async (header) => {
      const content = Buffer.from(sound);
      content.set(header);
      expect(await complaintAt(content)).toMatch(wayBack());
    }),
    { numRuns: 20 },
  );
});

it('is refused when any of its pages is written over', async () => {
  const pages = Array.from({ length: sound.length / pageBytes }, (_, page) => page);
  for (const page of pages) {
    const content = Buffer.from(sound);
    content.fill(0xff, page * pageBytes, (page + 1) * pageBytes);
    expect([page, await complaintAt(content)]).toEqual([page, expect.stringMatching(wayBack())]);
  }
});
