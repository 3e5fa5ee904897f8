import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PackageFiles } from '../src/artifacts/artifacts.js';
import { markFileIn, readMark, writeMark } from '../src/artifacts/installation-file.js';
import { KnownInstallation } from '../src/compose-installation.js';
import { installationId, vnfPkgId } from '../src/shared/ids.js';
import { createSqliteStore } from '../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../src/store/store.js';
import { systemClock } from '../src/system.js';

let root = '';
let stores: Store[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'berth-installation-'));
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  stores = [];
  rmSync(root, { recursive: true });
});

const directoryOf = (name: string): string => join(root, name);

/** Archives of packages in the directory. */
function storeArchives(directory: string, ids: readonly string[]): void {
  for (const id of ids) mkdirSync(join(directory, 'packages', id), { recursive: true });
}

const filesIn = (directory: string) =>
  ({
    open: () => Promise.resolve(void mkdirSync(join(directory, 'packages'), { recursive: true })),
    stored: () => Promise.resolve(readdirSync(join(directory, 'packages')).map(vnfPkgId)),
  }) as unknown as PackageFiles;

interface Started {
  readonly store: Store;
  readonly installation: KnownInstallation;
}

/** As Berth starts: on a data directory and a database file, wherever that lies. */
async function start(directory: string, file: string, adopt = false): Promise<Started> {
  const store = createSqliteStore({ file, clock: systemClock, lockTimeoutMs: 10 });
  const meeting = { directory, database: `the database file ${file}`, databaseFile: file, adopt };
  const ids = { uuid: () => crypto.randomUUID() };
  const installation = new KnownInstallation(store, filesIn(directory), ids, meeting);
  await installation.refuseMissing();
  await store.open();
  stores.push(store);
  await installation.settle();
  return { store, installation };
}

async function stop({ store, installation }: Started): Promise<void> {
  await installation.tick();
  await store.close();
}

const databaseOf = (directory: string): string => join(directory, 'berth.sqlite');
const startOwn = (directory: string, adopt = false) => start(directory, databaseOf(directory), adopt);
const createPackage = (store: Store, id: string) =>
  store.createPackage({ id: vnfPkgId(id), userDefinedData: {}, createdAtMs: 1 });

/** A directory with a database that knows its only package. */
async function used(name: string): Promise<string> {
  const directory = directoryOf(name);
  const berth = await startOwn(directory);
  await createPackage(berth.store, `package-of-${name}`);
  storeArchives(directory, [`package-of-${name}`]);
  await stop(berth);
  return directory;
}

describe('a database and a data directory', () => {
  it('that are both new take a name together, and keep it', async () => {
    const directory = directoryOf('a');
    const first = await startOwn(directory);
    const { id } = first.installation;
    expect(await readMark(directory)).toEqual({ id, tick: 1 });
    await stop(first);
    const second = await startOwn(directory);
    expect(second.installation.id).toBe(id);
    expect(await readMark(directory)).toEqual({ id, tick: 3 });
  });

  it('do not start when the database is missing, and no new one is made', async () => {
    const directory = await used('a');
    rmSync(databaseOf(directory));
    await expect(startOwn(directory)).rejects.toThrow(
      /data directory \S+\/a belongs to installation \S+, but the database file \S+ is missing.*--adopt-data-dir/,
    );
    expect(existsSync(databaseOf(directory))).toBe(false);
  });

  it('do not start when the database is empty', async () => {
    const directory = await used('a');
    rmSync(databaseOf(directory));
    writeFileSync(databaseOf(directory), '');
    await expect(startOwn(directory)).rejects.toThrow(/is new\. Name the right/);
    await stops();
    await expect(startOwn(directory)).rejects.toThrow(/is new\. Name the right/);
  });

  it('do not start when the database is another one', async () => {
    const [a, b] = [await used('a'), await used('b')];
    await expect(start(a, databaseOf(b))).rejects.toThrow(
      /belongs to installation \S+, but .* belongs to installation/,
    );
  });

  it('do not start when the database is older than the directory has seen it', async () => {
    const directory = await used('a');
    const old = await startOwn(directory);
    const backup = join(root, 'backup.sqlite');
    await stop(old);
    writeFileSync(backup, await copyOf(directory));
    await stop(await startOwn(directory));
    await expect(start(directory, backup)).rejects.toThrow(/is older: it is at tick \d/);
  });

  it('do not start when there are archives and the database is new or knows none of them', async () => {
    const directory = directoryOf('a');
    storeArchives(directory, ['p1', 'p2']);
    await expect(startOwn(directory)).rejects.toThrow(
      /holds 2 stored VNF package\(s\), e.g. packages\/p1, but .* missing/,
    );
    const other = await used('b');
    await expect(start(directory, databaseOf(other))).rejects.toThrow(/knows none of them/);
  });

  it('do not start when the mark of the directory is damaged', async () => {
    const directory = await used('a');
    writeFileSync(markFileIn(directory), '{"id":"?"}');
    await expect(startOwn(directory)).rejects.toThrow(/installation.json is damaged/);
  });

  it('start when a replica brings a new directory to the database', async () => {
    const first = await used('a');
    const replica = await start(directoryOf('b'), databaseOf(first));
    expect((await readMark(directoryOf('b')))?.id).toBe(replica.installation.id);
    expect((await readMark(first))?.id).toBe(replica.installation.id);
  });

  it('start when both are from before there were names and know one another', async () => {
    const directory = await used('a');
    rmSync(markFileIn(directory));
    await expect(startOwn(directory)).resolves.toBeDefined();
  });
});

describe('an operator who adopts the directory', () => {
  it('lets a new database take the name of the one that was lost, so that what is on hosts stays its own', async () => {
    const directory = await used('a');
    const mark = await readMark(directory);
    rmSync(databaseOf(directory));
    const berth = await startOwn(directory, true);
    expect(berth.installation.id).toBe(mark?.id);
    await stop(berth);
    await expect(startOwn(directory)).resolves.toBeDefined();
  });

  it('gives the directory the name of a database that has a past', async () => {
    const [a, b] = [await used('a'), await used('b')];
    const named = (await readMark(b))?.id;
    await stop(await start(a, databaseOf(b), true));
    expect((await readMark(a))?.id).toBe(named);
    await expect(start(a, databaseOf(b))).resolves.toBeDefined();
  });

  it('goes on with an older database, which is not older from then on', async () => {
    const directory = await used('a');
    const id = (await readMark(directory))?.id ?? installationId('');
    await writeMark(directory, { id, tick: 1000 });
    await expect(startOwn(directory)).rejects.toThrow('older');
    await stops();
    await stop(await startOwn(directory, true));
    await expect(startOwn(directory)).resolves.toBeDefined();
  });
});

/** Stores whose start was refused are open still. */
async function stops(): Promise<void> {
  await Promise.all(stores.map((store) => store.close()));
  stores = [];
}

/** A database that was closed is one file. */
async function copyOf(directory: string): Promise<Buffer> {
  await stops();
  return readFileSync(databaseOf(directory));
}
