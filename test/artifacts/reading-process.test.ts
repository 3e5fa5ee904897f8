/**
 * The process that reads packages: reads as the reader does, keeps nobody waiting, and is ended beyond its bounds.
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readerBy, type ReaderInput } from '../../src/artifacts/package-reader.js';
import { ReadingProcess, type ReadingLimits } from '../../src/artifacts/reading-process.js';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import { edgePackage } from './edge-package.js';

let reading: ReadingProcess;
afterEach(() => reading.close());

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
/** Keeps the YAML library busy for many seconds, within all limits of size. */
const hostile = inputOf(
  new Map([
    [
      'a.yaml',
      Buffer.from('tosca_definitions_version: tosca_simple_yaml_1_3\nimports: [d/1.yaml, d/2.yaml, d/3.yaml]'),
    ],
    ...[1, 2, 3].map((n) => [`d/${n}.yaml`, Buffer.from('}'.repeat(1_048_000))] as const),
  ]),
);

const codesOf = async (input: ReaderInput): Promise<readonly string[]> =>
  (await reading.read(input)).findings.map(({ code }) => code);

test('what it reads is what the reader reads', async () => {
  reading = new ReadingProcess();
  expect(await reading.read(edge)).toEqual(await readerBy(await loadVocabulary())(edge));
});

describe('a package that takes too much', () => {
  test.each<readonly [string, ReadingLimits, string]>([
    ['time', { ms: 5_000, memoryMiB: 4096 }, 'more than 5 s'],
    ['memory', { ms: 60_000, memoryMiB: 64 }, 'more than 64 MiB of memory'],
  ])(
    '%s is refused, others are served meanwhile, and the next package is read',
    async (_, limits, why) => {
      reading = new ReadingProcess(limits);
      let turns = 0;
      const count = setInterval(() => (turns += 1), 1);
      const { findings } = await reading.read(hostile);
      clearInterval(count);
      expect(findings).toMatchObject([{ code: 'PKG-TOO-COMPLEX', severity: 'error' }]);
      expect(findings[0]?.message).toContain(why);
      expect(turns).toBeGreaterThan(10);
      const { flavours } = await reading.read(inputOf(new Map()));
      expect(flavours).toEqual([]);
    },
    60_000,
  );
});

test('several packages are read one after the other', async () => {
  reading = new ReadingProcess();
  const nothing = inputOf(new Map());
  expect(await Promise.all([codesOf(nothing), codesOf(edge), codesOf(nothing)])).toEqual([
    ['PKG-ENTRY-NONE'],
    expect.not.arrayContaining(['PKG-ENTRY-NONE']),
    ['PKG-ENTRY-NONE'],
  ]);
});
