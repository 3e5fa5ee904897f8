/**
 * The process that reads packages: reads as the reader does, keeps nobody waiting, and is ended beyond its bounds.
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readerBy, type ReaderInput } from '../../src/artifacts/package-reader.js';
import { ReadingProcess, type ReadingLimits } from '../../src/artifacts/reading-process.js';
import { ReadingProcesses } from '../../src/artifacts/reading-processes.js';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import { edgePackage } from './edge-package.js';
import { systemClock } from '../../src/system.js';

let reading = new ReadingProcess(systemClock);
afterEach(() => reading.close());

function inputOf(files: ReadonlyMap<string, Buffer>): ReaderInput {
  const entries = [...files].map(([path, content]) => ({
    path,
    sizeBytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  }));
  const texts = new Map([...files].filter(([path]) => /\.(ya?ml|meta|mf)$/.test(path)).map(([p, c]) => [p, String(c)]));
  return { entries, folders: [], texts, digests: new Map(), heads: new Map() };
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

/** Processes of this one that read packages. */
const readers = (): readonly number[] =>
  readdirSync('/proc/self/task')
    .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' '))
    .filter((pid) => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('reading-child'))
    .map(Number);

/** Sends each new reading process the signal, up to `times` of them, until told to stop. */
function haunt(signal: NodeJS.Signals, times: number): { readonly hit: Set<number>; readonly stop: () => void } {
  const hit = new Set<number>();
  const timer = setInterval(() => {
    for (const pid of readers()) {
      if (hit.has(pid) || hit.size >= times) continue;
      hit.add(pid);
      process.kill(pid, signal);
    }
  }, 5);
  return { hit, stop: () => clearInterval(timer) };
}

const codesOf = async (input: ReaderInput): Promise<readonly string[]> =>
  (await reading.read(input)).findings.map(({ code }) => code);

test('what it reads is what the reader reads', async () => {
  reading = new ReadingProcess(systemClock);
  expect(await reading.read(edge)).toEqual(await readerBy(await loadVocabulary())(edge));
});

describe('a package that takes too much', () => {
  test.each<readonly [string, ReadingLimits, string]>([
    ['time', { ms: 5_000, memoryMiB: 4096 }, 'more than 5 s'],
    ['memory', { ms: 60_000, memoryMiB: 64 }, 'more than 64 MiB of memory'],
  ])('%s is refused, others are served meanwhile, and the next package is read', async (_, limits, why) => {
    reading = new ReadingProcess(systemClock, limits);
    let turns = 0;
    const count = setInterval(() => (turns += 1), 1);
    const { findings } = await reading.read(hostile);
    clearInterval(count);
    expect(findings).toMatchObject([{ code: 'PKG-TOO-COMPLEX', severity: 'error' }]);
    expect(findings[0]?.message).toContain(why);
    expect(turns).toBeGreaterThan(10);
    const { flavours } = await reading.read(inputOf(new Map()));
    expect(flavours).toEqual([]);
  });
});

describe('a reading that the machine ended', () => {
  test('is begun again: the package is read as if nothing had been', async () => {
    reading = new ReadingProcess(systemClock);
    const { hit, stop } = haunt('SIGKILL', 2);
    const read = await reading.read(edge).finally(stop);
    expect(hit.size).toBe(2);
    expect(read.findings).toEqual((await readerBy(await loadVocabulary())(edge)).findings);
  });

  test.each<NodeJS.Signals>(['SIGKILL', 'SIGTERM', 'SIGABRT', 'SIGSEGV'])(
    'again and again, by %s, speaks not against the package, and the next is read',
    async (signal) => {
      reading = new ReadingProcess(systemClock);
      const { hit, stop } = haunt(signal, Infinity);
      const failed = await reading.read(edge).catch((error: unknown) => error);
      stop();
      expect(failed).toMatchObject({ name: 'NotRead', why: 'interrupted' });
      expect(hit.size).toBe(3);
      expect((await reading.read(inputOf(new Map()))).flavours).toEqual([]);
    },
  );

  test('because it was never given the processor is not called too complex', async () => {
    reading = new ReadingProcess(systemClock, { ms: 5_000, memoryMiB: 512 });
    const { stop } = haunt('SIGSTOP', 1);
    const failed = await reading.read(edge).catch((error: unknown) => error);
    stop();
    expect(failed).toMatchObject({ why: 'interrupted', message: expect.stringContaining('of processor time in 5 s') });
  });
});

test('a slow package does not hold up the others: it is put off, and read by the patient process', async () => {
  const processes = new ReadingProcesses(
    systemClock,
    { ms: 8_000, memoryMiB: 4096, whenLate: 'put-off' },
    { ms: 9_000, memoryMiB: 4096 },
  );
  try {
    const slow = await processes.read(hostile, 'quick').catch((error: unknown) => error);
    expect(slow).toMatchObject({ name: 'NotRead', why: 'slow' });
    let isOver = false;
    const patient = processes.read(hostile, 'patient').finally(() => (isOver = true));
    expect((await processes.read(inputOf(new Map()), 'quick')).flavours).toEqual([]);
    expect(isOver).toBe(false);
    expect((await patient).findings).toMatchObject([{ code: 'PKG-TOO-COMPLEX' }]);
  } finally {
    await processes.close();
  }
}, 120_000);

test('several packages are read one after the other', async () => {
  reading = new ReadingProcess(systemClock);
  const nothing = inputOf(new Map());
  expect(await Promise.all([codesOf(nothing), codesOf(edge), codesOf(nothing)])).toEqual([
    ['PKG-ENTRY-NONE'],
    expect.not.arrayContaining(['PKG-ENTRY-NONE']),
    ['PKG-ENTRY-NONE'],
  ]);
});
