/**
 * Package commands over a real store; of the files only which packages have some.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PackageFiles } from '../../src/artifacts/artifacts.js';
import { vnfPkgId } from '../../src/shared/ids.js';
import { silentLog } from '../../src/shared/log.js';
import { ok } from '../../src/shared/outcome.js';
import { createSqliteStore } from '../../src/store/kysely/sqlite.js';
import type { Store } from '../../src/store/store.js';
import { SolPackageCommands } from '../../src/workflow/package-commands.js';
import { realClock } from '../builders/berth.js';
import { samplePackage } from '../contract/store-samples.js';

let dir: string;
let store: Store;
let onDisk: Set<string>;
/** Runs while an upload comes in, and while an archive is read. */
let meanwhile: () => Promise<unknown>;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-packages-'));
  store = createSqliteStore({ file: join(dir, 'berth.sqlite') });
  await store.open();
  onDisk = new Set();
  meanwhile = () => Promise.resolve();
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

const unused = (): never => {
  throw new Error('nothing is read here');
};

const files: PackageFiles = {
  open: () => Promise.resolve(),
  stored: () => Promise.resolve([...onDisk].map(vnfPkgId)),
  receive: async (id) => {
    await meanwhile();
    onDisk.add(id);
    return ok({ sha256: '00'.repeat(32), sizeBytes: 1 });
  },
  onboard: async () => {
    await meanwhile();
    return ok(samplePackage());
  },
  archivePath: unused,
  read: unused,
  stream: unused,
  imagePath: unused,
  remove: (id) => Promise.resolve(void onDisk.delete(id)),
};

const commands = (): SolPackageCommands =>
  new SolPackageCommands(store, files, realClock, { uuid: () => crypto.randomUUID() }, silentLog, () =>
    Promise.resolve(),
  );

describe('files of a package', () => {
  it('that was deleted just before Berth was killed are removed at the next start, others stay', async () => {
    const { id } = await commands().create({});
    onDisk = new Set([id, 'deleted-and-killed']);
    await commands().recover();
    expect([...onDisk]).toEqual([id]);
  });

  it('that is deleted while its upload comes in are removed', async () => {
    const packages = commands();
    const { id } = await packages.create({});
    meanwhile = () => packages.delete(id);
    const uploaded = await packages.upload(id, (async function* () {})());
    expect(uploaded).toMatchObject({ ok: false, problem: { status: 404 } });
    expect([...onDisk]).toEqual([]);
  });

  it('that another replica has onboarded while it was read here stay', async () => {
    const packages = commands();
    const { id } = await packages.create({});
    await store.setOnboarding(id, ['CREATED'], { onboardingState: 'PROCESSING' });
    onDisk = new Set([id]);
    meanwhile = () => store.completeOnboarding(id, samplePackage());
    await packages.recover();
    await packages.settle();
    expect((await store.package(id))?.onboardingState).toBe('ONBOARDED');
    expect([...onDisk]).toEqual([id]);
  });
});
