/**
 * Berth killed between any two writes of an upload and its onboarding, started again: the package is ONBOARDED with all its
 * files, or ERROR with none, or it is as if nobody had uploaded; never stuck, and never half.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultCsarLimits } from '../../src/artifacts/csar-limits.js';
import { readerBy } from '../../src/artifacts/package-reader.js';
import { PackageStore } from '../../src/artifacts/package-store.js';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import type { VnfPkgId } from '../../src/shared/ids.js';
import { silentLog } from '../../src/shared/log.js';
import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import type { VnfPkgRecord } from '../../src/store/packages.js';
import { deafObserver } from '../../src/workflow/observer.js';
import { BackgroundDriver } from '../../src/workflow/background/driver.js';
import { Onboarding } from '../../src/workflow/background/tasks/onboarding.js';
import { SolPackageCommands } from '../../src/workflow/package-commands.js';
import { edgePackage } from '../artifacts/edge-package.js';
import { writeZip } from '../artifacts/zips.js';
import { realClock } from '../builders/berth.js';
import { Killed, Life, mortalFiles, mortalStore, type Death } from './mortal.js';
import { systemClock } from '../../src/system.js';

const storePoints = new Set(['beginUpload', 'endUpload', 'leaseOnboarding', 'completeOnboarding', 'failOnboarding']);
const filePoints = new Set(['receive', 'onboard', 'remove']);
const read = readerBy(await loadVocabulary());
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'berth-crash-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

async function archive(files: ReadonlyMap<string, Buffer>): Promise<Buffer> {
  await writeZip(join(root, 'a.csar'), files);
  return readFileSync(join(root, 'a.csar'));
}

/** One process on the folder, which ends as told. */
async function live<T>(dir: string, life: Life, work: (berth: Berth) => Promise<T>): Promise<T | undefined> {
  const store = createSqliteStore({ file: join(dir, 'berth.sqlite'), clock: systemClock });
  await store.open();
  const mortal = mortalStore(store, life, storePoints);
  const files = mortalFiles(new PackageStore(dir, read, defaultCsarLimits), life, filePoints);
  const settings = { owner: crypto.randomUUID(), leaseMs: 15_000, goneMs: 3_000, pollMs: 1_000 };
  const background = new BackgroundDriver({ clock: realClock, log: silentLog });
  const onboarding = new Onboarding(mortal, files, realClock, silentLog, settings, deafObserver, background);
  const ids = { uuid: () => crypto.randomUUID() };
  const sweep = () => Promise.resolve();
  const packages = new SolPackageCommands(mortal, files, onboarding, realClock, ids, silentLog, sweep, background);
  try {
    await packages.recover();
    return await work({ packages, onboarding, record: (id) => store.package(id) });
  } catch (error) {
    if (error instanceof Killed) return undefined;
    throw error;
  } finally {
    await store.close();
  }
}

interface Berth {
  readonly packages: SolPackageCommands;
  readonly onboarding: Onboarding;
  readonly record: (id: VnfPkgId) => Promise<VnfPkgRecord | undefined>;
}

const forEver = (): Life => new Life({ at: Infinity, when: 'before' });

interface Ending {
  readonly writes: number;
  readonly state: string | undefined;
  readonly files: readonly string[];
}

async function dieAndFinish(content: Buffer, death: Death): Promise<Ending> {
  const dir = mkdtempSync(join(root, 'life-'));
  const id = (await live(dir, forEver(), ({ packages }) => packages.create({})))!.id;
  const life = new Life(death);
  await live(dir, life, async ({ packages, onboarding }) => {
    await packages.upload(
      id,
      (async function* () {
        yield content;
      })(),
    );
    await onboarding.drain();
  });
  const record = await live(dir, forEver(), async (berth) => {
    await berth.onboarding.drain();
    return berth.record(id);
  });
  const files = readdirSync(join(dir, 'packages'), { recursive: true, withFileTypes: true });
  const whole = files.filter((entry) => entry.isFile()).map(({ name }) => name);
  return { writes: life.writes, state: record?.onboardingState, files: whole.toSorted() };
}

describe.each<readonly [string, string, ReadonlyMap<string, Buffer>]>([
  ['a good package', 'ONBOARDED', edgePackage()],
  ['a package that is refused', 'ERROR', new Map([['a.txt', Buffer.from('no VNFD')]])],
])('%s', (_, wanted, contents) => {
  it('ends well or in ERROR wherever Berth is killed, and holds its files or none', async () => {
    const content = await archive(contents);
    const calm = await dieAndFinish(content, { at: Infinity, when: 'before' });
    expect(calm.state).toBe(wanted);
    expect(calm.writes).toBeGreaterThanOrEqual(6);
    const seen = new Set<string | undefined>();
    for (let at = 1; at <= calm.writes; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const { state, files } = await dieAndFinish(content, { at, when });
        seen.add(state);
        expect({ at, when, state }).toEqual({ at, when, state: expect.stringMatching(/^(CREATED|ONBOARDED|ERROR)$/) });
        expect({ at, when, files }).toEqual({ at, when, files: state === 'ONBOARDED' ? calm.files : [] });
      }
    }
    expect(seen).toEqual(new Set(['CREATED', 'ERROR', wanted]));
  }, 120_000);
});
