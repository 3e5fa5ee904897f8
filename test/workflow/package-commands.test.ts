/**
 * Package commands over a real store; of the files only which packages have some.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotRead, type PackageFiles } from '../../src/artifacts/artifacts.js';
import type { Clock } from '../../src/shared/clock.js';
import type { Finding, Severity } from '../../src/shared/finding.js';
import { vnfPkgId, type VnfPkgId } from '../../src/shared/ids.js';
import { silentLog, type Log } from '../../src/shared/log.js';
import { ok } from '../../src/shared/outcome.js';
import { problem } from '../../src/shared/problem.js';
import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../src/store/store.js';
import { deafObserver } from '../../src/workflow/observer.js';
import { BackgroundDriver } from '../../src/workflow/background/driver.js';
import { Onboarding } from '../../src/workflow/background/tasks/onboarding.js';
import { SolPackageCommands } from '../../src/workflow/package-commands.js';
import { realClock } from '../builders/berth.js';
import { samplePackage } from '../contract/store-samples.js';
import { systemClock } from '../../src/system.js';

let dir: string;
let store: Store;
let onDisk: Set<string>;
/** Runs while an upload comes in, and while an archive is read. */
let meanwhile: () => Promise<unknown>;
/** Runs for each package that is read. */
let reading: (...asked: Parameters<PackageFiles['onboard']>) => Promise<unknown>;
/** Of every package that is read. */
let findings: readonly Finding[];

const finding = (severity: Severity): Finding => ({
  severity,
  code: 'MF-MISSING',
  file: 'a.yaml',
  message: 'The package has no manifest.',
});

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-packages-'));
  store = createSqliteStore({ file: join(dir, 'berth.sqlite'), clock: systemClock });
  await store.open();
  onDisk = new Set();
  meanwhile = () => Promise.resolve();
  reading = () => Promise.resolve();
  findings = [];
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
  receive: async (id, content) => {
    for await (const chunk of content) void chunk;
    await meanwhile();
    onDisk.add(id);
    return ok({ sha256: '00'.repeat(32), sizeBytes: 1 });
  },
  fetch: async (id, _source, lost) => {
    await meanwhile();
    lost.throwIfAborted();
    onDisk.add(id);
    return ok({ sha256: '00'.repeat(32), sizeBytes: 1 });
  },
  onboard: async (id, pace) => {
    await meanwhile();
    await reading(id, pace);
    return ok({ ...samplePackage(), findings });
  },
  settle: () => Promise.resolve([]),
  archive: unused,
  file: unused,
  zip: unused,
  securityFiles: unused,
  image: unused,
  imagePath: unused,
  remove: (id) => Promise.resolve(void onDisk.delete(id)),
};

interface Replica {
  readonly packages: SolPackageCommands;
  readonly onboarding: Onboarding;
  readonly background: BackgroundDriver;
}

let replicas = 0;

function replica(clock: Clock = realClock, leaseMs = 15_000, log: Log = silentLog): Replica {
  replicas += 1;
  const settings = { owner: `replica-${String(replicas)}`, leaseMs, goneMs: leaseMs, pollMs: 5 };
  const background = new BackgroundDriver({ clock, log });
  const onboarding = new Onboarding(store, files, clock, log, settings, deafObserver, background);
  const ids = { uuid: () => crypto.randomUUID() };
  const sweep = () => Promise.resolve();
  const packages = new SolPackageCommands(store, files, onboarding, clock, ids, silentLog, sweep, background);
  return { onboarding, packages, background };
}

/** To this one every lease has run out that is not its own. */
const impatient = (): Replica => replica(realClock, 0);

const nothing = (async function* () {})();
const stateOf = async (id: VnfPkgId) => (await store.package(id))?.onboardingState;

describe('files of a package', () => {
  it('that was deleted or refused just before Berth was killed are removed at the next start, others stay', async () => {
    const { packages } = replica();
    const { id } = await packages.create({});
    const deleted = await packages.create({});
    await packages.delete(deleted.id);
    const refused = await packages.create({});
    await store.beginUpload(refused.id, 'dead');
    await store.failOnboarding(refused.id, 1, problem('upload-broken', 'The upload broke.'));
    onDisk = new Set([id, deleted.id, refused.id]);
    await packages.recover();
    expect([...onDisk]).toEqual([id]);
  });

  it('that the database has never heard of stay: it may be the wrong database', async () => {
    onDisk = new Set(['of-another-database']);
    await replica().packages.recover();
    expect([...onDisk]).toEqual(['of-another-database']);
  });

  it('that is deleted while its upload comes in are removed', async () => {
    const { packages } = replica();
    const { id } = await packages.create({});
    meanwhile = () => packages.delete(id);
    const uploaded = await packages.upload(id, nothing);
    expect(uploaded).toMatchObject({ ok: false, problem: { status: 404 } });
    expect([...onDisk]).toEqual([]);
  });

  it('that break because the package is deleted meanwhile are not called broken', async () => {
    const { packages } = replica();
    const { id } = await packages.create({});
    meanwhile = async () => {
      await packages.delete(id);
      throw new Error('the folder is gone');
    };
    expect(await packages.upload(id, nothing)).toMatchObject({ ok: false, problem: { status: 404 } });
  });

  it('that is deleted while it is read are removed', async () => {
    const { packages, onboarding } = replica();
    const { id } = await packages.create({});
    await packages.upload(id, nothing);
    meanwhile = () => store.deletePackage(id);
    await onboarding.drain();
    expect([...onDisk]).toEqual([]);
  });

  it.each([
    [
      'are called a fault when they break as they are read',
      () => Promise.resolve(),
      ['reading the package met a fault'],
    ],
    ['break in silence when the package is deleted', (id: VnfPkgId) => store.deletePackage(id), []],
  ])('%s', async (_what, first: (id: VnfPkgId) => Promise<unknown>, expected) => {
    const logged: string[] = [];
    const log: Log = { ...silentLog, error: (_fields, message) => logged.push(message) };
    const { packages, onboarding } = replica(realClock, 15_000, log);
    const { id } = await packages.create({});
    await packages.upload(id, nothing);
    meanwhile = async () => {
      await first(id);
      throw new Error('the archive ends too early');
    };
    await onboarding.drain();
    expect(logged).toEqual(expected);
  });

  it('that another replica has taken over stay', async () => {
    const { packages, onboarding } = replica();
    const { id } = await packages.create({});
    await packages.upload(id, nothing);
    meanwhile = async () => {
      meanwhile = () => Promise.resolve();
      await impatient().onboarding.drain();
    };
    await onboarding.drain();
    expect([await stateOf(id), ...onDisk]).toEqual(['ONBOARDED', id]);
  });
});

describe('an upload', () => {
  it('of another replica is left alone as long as its lease runs', async () => {
    const { packages } = replica();
    const { id } = await packages.create({});
    meanwhile = async () => {
      const other = replica();
      await other.packages.recover();
      await other.onboarding.drain();
      expect(await stateOf(id)).toBe('UPLOADING');
    };
    expect(await packages.upload(id, nothing)).toMatchObject({ ok: true });
  });

  it('is not taken for broken by the very process that receives it, however long that was paused', async () => {
    const { packages, onboarding } = impatient();
    const { id } = await packages.create({});
    meanwhile = () => onboarding.drain();
    expect(await packages.upload(id, nothing)).toMatchObject({ ok: true });
    expect(await stateOf(id)).toBe('PROCESSING');
  });

  it('whose replica is dead ends in ERROR, which says what to do', async () => {
    const { packages } = replica();
    const { id } = await packages.create({});
    await store.beginUpload(id, 'dead');
    onDisk = new Set([id]);
    await impatient().onboarding.drain();
    const { onboardingFailureDetails: why } = (await store.package(id))!;
    expect([await stateOf(id), why?.detail]).toEqual(['ERROR', expect.stringContaining('delete the resource')]);
    expect([...onDisk]).toEqual([]);
  });

  it('that another replica has ended meanwhile is refused to its client', async () => {
    const { packages } = replica();
    const { id } = await packages.create({});
    meanwhile = () => impatient().onboarding.drain();
    expect(await packages.upload(id, nothing)).toMatchObject({ ok: false, problem: { status: 409 } });
    expect([await stateOf(id), ...onDisk]).toEqual(['ERROR']);
  });

  it('goes no further once its lease is lost', async () => {
    const { packages } = replica(realClock, 30);
    const { id } = await packages.create({});
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        await store.deletePackage(id);
        await realClock.sleep(5);
        yield Buffer.alloc(1);
      }
    }
    expect(await packages.upload(id, endless())).toMatchObject({ ok: false, problem: { status: 404 } });
  });
});

describe('a stored archive', () => {
  it('that is onboarded with warnings is logged with them, without remarks', async () => {
    const logged: unknown[] = [];
    const log: Log = { ...silentLog, warn: (fields, message) => logged.push([message, fields]) };
    const { packages, onboarding } = replica(realClock, 15_000, log);
    const { id } = await packages.create({});
    await packages.upload(id, nothing);
    findings = [finding('warning'), finding('info')];
    await onboarding.drain();
    expect(logged).toEqual([
      ['the package is onboarded, with warnings', { vnfPkgId: id, warnings: [finding('warning')] }],
    ]);
  });

  it('is read by the replica that finds it when the one that read it is dead', async () => {
    const { packages } = replica();
    const { id } = await packages.create({});
    await packages.upload(id, nothing);
    await store.leaseOnboarding({ owner: 'dead', inHand: [], lapsed: [] });
    await replica().onboarding.drain();
    expect(await stateOf(id)).toBe('PROCESSING');
    await impatient().onboarding.drain();
    expect(await stateOf(id)).toBe('ONBOARDED');
  });

  it('that the machine could not read keeps its archive, says so, and is read again later', async () => {
    let now = 0;
    const clock: Clock = { ...realClock, elapsedMs: () => now };
    const { packages, onboarding } = replica(clock, 3_600_000);
    const { id } = await packages.create({});
    await packages.upload(id, nothing);
    reading = () => Promise.reject(new NotRead('interrupted', 'Killed.'));
    for (let times = 0; times < 10; times += 1, now += 600_000) {
      await onboarding.drain();
      const record = await store.package(id);
      expect(record).toMatchObject({
        onboardingState: 'PROCESSING',
        onboardingFailureDetails: { title: 'The package could not be read yet' },
      });
      expect([...onDisk]).toEqual([id]);
    }
    reading = () => Promise.resolve();
    await onboarding.drain();
    now += 600_000;
    await onboarding.drain();
    expect(await store.package(id)).toMatchObject({ onboardingState: 'ONBOARDED' });
  });

  it('that is slow is read beside the others, one such after the other', async () => {
    const { packages, background } = replica();
    const ids: VnfPkgId[] = [];
    for (let count = 0; count < 4; count += 1) {
      const { id } = await packages.create({});
      await packages.upload(id, nothing);
      ids.push(id);
    }
    const slow = new Set(ids.slice(0, 3));
    const release = Promise.withResolvers<void>();
    const asked: [string, VnfPkgId][] = [];
    reading = async (id, pace = 'patient') => {
      asked.push([pace, id]);
      if (!slow.has(id)) return;
      if (pace === 'quick') throw new NotRead('slow', 'It takes long.');
      await release.promise;
    };
    background.start();
    while (asked.filter(([, id]) => id === ids[3]).length === 0) await realClock.sleep(2);
    const patient = asked.filter(([pace]) => pace === 'patient').map(([, id]) => id);
    expect(patient).toHaveLength(1);
    release.resolve();
    await background.stop();
    // The package that was not slow has their vnfdId: read to its end, a slow one is refused.
    const states = await Promise.all(ids.slice(0, 3).map(async (id) => [id, await stateOf(id)]));
    expect(states).toContainEqual([patient[0], 'ERROR']);
    expect(states.filter(([, state]) => state === 'PROCESSING')).toHaveLength(2);
  });

  it('is read without anybody’s asking by a replica that runs', async () => {
    const { packages } = replica();
    const { id } = await packages.create({});
    const { background } = replica();
    background.start();
    await packages.upload(id, nothing);
    while ((await stateOf(id)) !== 'ONBOARDED') await realClock.sleep(2);
    await background.stop();
  });
});
