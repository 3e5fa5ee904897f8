/**
 * The thread that reads packages: reads as the reader does, keeps nobody waiting, and is ended beyond its bounds.
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readerBy, type ReaderInput } from '../../src/artifacts/package-reader.js';
import { ReadingThread, type ReadingLimits } from '../../src/artifacts/reading-thread.js';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import { edgePackage } from './edge-package.js';

let thread: ReadingThread;
afterEach(() => thread.close());

function inputOf(files: ReadonlyMap<string, Buffer>): ReaderInput {
  const entries = [...files].map(([path, content]) => ({
    path,
    sizeBytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  }));
  const texts = new Map([...files].filter(([path]) => /\.(ya?ml|meta|mf)$/.test(path)).map(([p, c]) => [p, String(c)]));
  return { entries, texts, digests: new Map(), heads: new Map() };
}

const edge = inputOf(edgePackage());
/** Keeps the YAML library busy for seconds, within all limits of size. */
const hostile = inputOf(new Map([['a.yaml', Buffer.from('}'.repeat(1_048_000))]]));

const codesOf = async (input: ReaderInput): Promise<readonly string[]> =>
  (await thread.read(input)).findings.map(({ code }) => code);

test('what it reads is what the reader reads', async () => {
  thread = new ReadingThread();
  expect(await thread.read(edge)).toEqual(await readerBy(await loadVocabulary())(edge));
});

describe('a package that takes too much', () => {
  test.each<readonly [string, ReadingLimits, string]>([
    ['time', { ms: 3_000, memoryMiB: 1024 }, 'more than 3 s'],
    ['memory', { ms: 60_000, memoryMiB: 64 }, 'more than 64 MiB of memory'],
  ])('%s is refused, others are served meanwhile, and the next package is read', async (_, limits, why) => {
    thread = new ReadingThread(limits);
    let turns = 0;
    const count = setInterval(() => (turns += 1), 1);
    const { findings } = await thread.read(hostile);
    clearInterval(count);
    expect(findings).toMatchObject([{ code: 'PKG-TOO-COMPLEX', severity: 'error' }]);
    expect(findings[0]?.message).toContain(why);
    expect(turns).toBeGreaterThan(10);
    const { flavours } = await thread.read(inputOf(new Map()));
    expect(flavours).toEqual([]);
  });
});

test('several packages are read one after the other', async () => {
  thread = new ReadingThread();
  const nothing = inputOf(new Map());
  expect(await Promise.all([codesOf(nothing), codesOf(edge), codesOf(nothing)])).toEqual([
    ['PKG-ENTRY-NONE'],
    expect.not.arrayContaining(['PKG-ENTRY-NONE']),
    ['PKG-ENTRY-NONE'],
  ]);
});
