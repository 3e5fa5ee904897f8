/** The file of a backup: what goes in comes out, and nothing but the whole of it is restored. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { restoreBackup } from '../../src/artifacts/backup/restore.js';
import { removeStages, stageBackup, type Snapshot } from '../../src/artifacts/backup/stage.js';
import { readTar, tarBytes, tarEnd, tarMember } from '../../src/artifacts/backup/tar.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-backup-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

async function* pieces(content: Uint8Array, size = content.length || 1): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of content) all.push(piece);
  return Buffer.concat(all);
}

describe('a tar archive', () => {
  const names = fc.stringMatching(/^[a-z][a-z0-9/.-]{0,40}[a-z]$/);
  const files = fc.uniqueArray(fc.record({ name: names, content: fc.uint8Array({ maxLength: 2000 }) }), {
    maxLength: 5,
    selector: ({ name }) => name,
  });

  async function* archived(all: readonly { readonly name: string; readonly content: Uint8Array }[]) {
    for (const { name, content } of all) yield* tarMember({ name, sizeBytes: content.length }, pieces(content));
    yield tarEnd();
  }

  it('gives back what went in, whatever pieces it comes in', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.integer({ min: 1, max: 700 }), async (all, size) => {
        const whole = await bytesOf(archived(all));
        expect(whole.length).toBe(tarBytes(all.map(({ name, content }) => ({ name, sizeBytes: content.length }))));
        const read: unknown[] = [];
        for await (const { name, content } of readTar(pieces(whole, size))) {
          read.push({ name, content: Uint8Array.from(await bytesOf(content)) });
        }
        expect(read).toEqual(all);
      }),
      { numRuns: 50 },
    );
  });

  it('is one that tar reads', async () => {
    const content = Buffer.from('hello');
    writeFileSync(join(dir, 'a.tar'), await bytesOf(archived([{ name: 'some/file', content }])));
    const listed = spawnSync('tar', ['-xOf', join(dir, 'a.tar'), 'some/file'], { encoding: 'utf8' });
    expect([listed.status, listed.stdout, listed.stderr]).toEqual([0, 'hello', '']);
  });

  it('keeps sizes beyond 8 GiB', async () => {
    const { value: header } = await tarMember({ name: 'big', sizeBytes: 2 ** 40 + 7 }, pieces(Buffer.alloc(0))).next();
    const { value: member } = await readTar(pieces((header ?? Buffer.alloc(0)) as Uint8Array)).next();
    expect(member).toMatchObject({ name: 'big', sizeBytes: 2 ** 40 + 7 });
  });
});

describe('a backup', () => {
  const archive = Buffer.from('the archive of a package');
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const packages = [{ id: 'p1', sha256 }];

  const dataDir = () => join(dir, 'data');
  beforeEach(() => {
    mkdirSync(join(dataDir(), 'packages', 'p1'), { recursive: true });
    writeFileSync(join(dataDir(), 'packages', 'p1', 'content.csar'), archive);
    writeFileSync(join(dataDir(), 'installation.json'), '{"id":"i"}');
  });

  const take = async (snapshot: (toFile: string) => Promise<Snapshot>) => {
    const staged = await stageBackup({ dataDir: dataDir(), berth: '1.0.0', takenAt: new Date(0), snapshot });
    return staged;
  };
  const usual = async (toFile: string): Promise<Snapshot> => {
    writeFileSync(toFile, 'the database');
    return { schema: '0001', packages };
  };
  const written = async (): Promise<Buffer> => {
    const staged = await take(usual);
    const whole = await bytesOf(staged.read());
    expect(whole.length).toBe(staged.sizeBytes);
    await staged.remove();
    writeFileSync(join(dir, 'a.backup'), whole);
    return whole;
  };
  const target = () => join(dir, 'new');
  const restore = () => restoreBackup(join(dir, 'a.backup'), target(), () => Promise.resolve());

  it('is restored with every byte, readable by its owner only', async () => {
    await written();
    expect(await restore()).toMatchObject({ berth: '1.0.0', takenAt: '1970-01-01T00:00:00.000Z', schema: '0001' });
    expect(readFileSync(join(target(), 'berth.sqlite'), 'utf8')).toBe('the database');
    expect(readFileSync(join(target(), 'packages/p1/content.csar'))).toEqual(archive);
    expect(readFileSync(join(target(), 'installation.json'), 'utf8')).toBe('{"id":"i"}');
    const modes = ['.', 'berth.sqlite', 'packages/p1', 'packages/p1/content.csar'].map(
      (name) => statSync(join(target(), name)).mode & 0o077,
    );
    expect(modes).toEqual([0, 0, 0, 0]);
    expect(readdirSync(dataDir()).toSorted()).toEqual(['installation.json', 'packages']);
  });

  it('has the bytes of its moment, though the package is deleted before they are sent', async () => {
    const staged = await take(usual);
    rmSync(join(dataDir(), 'packages'), { recursive: true });
    writeFileSync(join(dir, 'a.backup'), await bytesOf(staged.read()));
    await restore();
    expect(readFileSync(join(target(), 'packages/p1/content.csar'))).toEqual(archive);
  });

  it.each([
    ['is not there', () => rmSync(join(dataDir(), 'packages/p1'), { recursive: true })],
    ['is damaged', () => writeFileSync(join(dataDir(), 'packages/p1/content.csar'), 'the archive of another')],
  ])('names a package whose archive %s, and is a backup all the same', async (_, harm) => {
    harm();
    await written();
    expect(await restore()).toMatchObject({ withoutArchive: ['p1'] });
    expect(existsSync(join(target(), 'packages/p1/content.csar'))).toBe(false);
  });

  it('that is cut or changed anywhere is refused, and nothing is left', async () => {
    const whole = await written();
    const damaged = fc.oneof(
      fc.integer({ min: 0, max: whole.length - 1025 }).map((end) => whole.subarray(0, end)),
      // Padding, the fields of a header that say nothing and the spaces of the manifest may be anything.
      fc
        .tuple(
          fc.constantFrom('"form": 1', 'the database', 'the archive', 'berth.sqlite"'),
          fc.integer({ min: 1, max: 255 }),
        )
        .map(([text, by]) => {
          const changed = Buffer.from(whole);
          const at = changed.indexOf(text) + text.length - 1;
          changed.writeUInt8(changed.readUInt8(at) ^ by, at);
          return changed;
        }),
    );
    await fc.assert(
      fc.asyncProperty(damaged, async (content) => {
        writeFileSync(join(dir, 'a.backup'), content);
        await expect(restore()).rejects.toThrow();
        expect(readdirSync(target())).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('is not restored over anything', async () => {
    await written();
    mkdirSync(target());
    writeFileSync(join(target(), 'token'), 'x');
    await expect(restore()).rejects.toThrow(/is not empty \(token\); name another directory/);
    expect(readdirSync(target())).toEqual(['token']);
  });

  it('that another form of Berth wrote is refused with both forms', async () => {
    const whole = await written();
    const at = whole.indexOf('"form": 1') + '"form": '.length;
    whole.write('7', at);
    writeFileSync(join(dir, 'a.backup'), whole);
    await expect(restore()).rejects.toThrow('its form is 7, and this Berth reads 1');
  });

  it('leaves nothing in the data directory when it fails, and the next start removes what a killed one left', async () => {
    await expect(take(() => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
    expect(readdirSync(dataDir()).toSorted()).toEqual(['installation.json', 'packages']);
    await take(usual);
    expect(readdirSync(dataDir())).toHaveLength(3);
    await removeStages(dataDir());
    expect(readdirSync(dataDir()).toSorted()).toEqual(['installation.json', 'packages']);
  });
});
