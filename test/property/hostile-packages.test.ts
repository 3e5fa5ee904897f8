/**
 * A good package, damaged: every key of its definitions given a value of another kind, its text files bent, its archive's
 * bytes changed, cut and doubled. Whatever is done to it, there is a verdict with findings that help; nothing throws.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { defaultCsarLimits } from '../../src/artifacts/csar-limits.js';
import { onboardCsar } from '../../src/artifacts/onboard.js';
import { readerBy } from '../../src/artifacts/package-reader.js';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import { readVnfd } from '../../src/vnfd/read-vnfd.js';
import { readManifest } from '../../src/package/manifest.js';
import { readPackage } from '../../src/package/read-package.js';
import { readToscaMeta } from '../../src/package/tosca-meta.js';
import { digestKey } from '../../src/package/input.js';
import { isError, type Finding } from '../../src/shared/finding.js';
import { ok } from '../../src/shared/outcome.js';
import { digest, edgePackage } from '../artifacts/edge-package.js';
import { writeZip } from '../artifacts/zips.js';
import { base } from '../vnfd/finding-cases.js';
import { Tried } from '../builders/tried.js';

const vocabulary = await loadVocabulary();
const folder = mkdtempSync(join(tmpdir(), 'berth-hostile.'));
afterAll(() => rmSync(folder, { recursive: true }));

const whole = readFileSync(join(import.meta.dirname, '../fixtures/vnfds/whole-4.3.1.yaml'), 'utf8');
const fast = readFileSync(join(import.meta.dirname, '../fixtures/vnfds/fast-4.3.1.yaml'), 'utf8');
const trees: readonly unknown[] = [base, whole, fast].map((text) => parse(text) as unknown);

/** Values of every kind, and such as mean something where they do not belong. */
const strangers: readonly unknown[] = [
  null, true, -1, 1e99, '', 'x', '\u0000', '9'.repeat(400), [], [[]], [null], {}, { x: null }, { '': '' },
  { get_input: 'nobody' }, { get_input: [] }, { get_property: 'x' }, { concat: {} }, [{ type: 'tosca.nodes.nfv.VNF' }],
  { type: {}, properties: [], requirements: 'x' }, ['virtual_link', { node: [] }], 'tosca.policies.nfv.ScalingAspects',
]; // prettier-ignore

type Path = readonly (string | number)[];

/** Of everything in the tree, the root included. */
function pathsIn(node: unknown, path: Path = []): readonly Path[] {
  if (typeof node !== 'object' || node === null) return [path];
  const keys: Path = Array.isArray(node) ? node.map((_, index) => index) : Object.keys(node);
  const children = node as Readonly<Record<string | number, unknown>>;
  return [path, ...keys.flatMap((key) => pathsIn(children[key], [...path, key]))];
}

function withValue(node: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(node))
    return node.map((item, index) => (index === key ? withValue(item, rest, value) : (item as unknown)));
  const entries = Object.entries((node ?? {}) as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    entries.map(([name, child]) => [name, name === key ? withValue(child, rest, value) : child]),
  );
}

function expectHelp(findings: readonly Finding[], accepted: boolean): void {
  expect(accepted).toBe(!findings.some(isError));
  expect(findings.filter(({ fix, message, code }) => fix === undefined || message === '' || code === '')).toEqual([]);
}

/** Whether it is accepted. */
function expectVerdict(tree: unknown): boolean {
  const files = new Map([['vnfd.yaml', JSON.stringify(tree) ?? '']]);
  const { findings, vnfd } = readVnfd({ files, entry: 'vnfd.yaml', ...vocabulary });
  expectHelp(findings, vnfd !== undefined);
  return vnfd !== undefined;
}

describe('the VNFD reader has a verdict', () => {
  // Every path with a value that is drawn again in each run; over a few runs every pair is seen.
  test('whatever stands at each key of a good VNFD', () => {
    const [accepted, refused] = [new Tried('a VNFD that is still good'), new Tried('a VNFD that is not')];
    const seed = Number(process.env['STRANGER_SEED'] ?? Date.now());
    trees.forEach((tree) =>
      pathsIn(tree).forEach((path, index) => {
        const stranger = strangers[(seed + index * 7) % strangers.length];
        try {
          refused.is(!accepted.is(expectVerdict(withValue(tree, path, stranger))));
        } catch (error) {
          throw new Error(`${path.join('/')} = ${JSON.stringify(stranger)} (STRANGER_SEED=${seed})`, { cause: error });
        }
      }),
    );
    accepted.expectShare(1 / 15);
    refused.expectShare(1 / 4);
  });

  test('when several values are exchanged for strangers, or for one another', () => {
    const change = fc.record({
      at: fc.nat(),
      from: fc.nat(),
      stranger: fc.constantFrom(...strangers),
      own: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...trees.keys()),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        (which, changes) => {
          let tree = trees[which];
          for (const { at, from, stranger, own } of changes) {
            const paths = pathsIn(tree);
            const path = paths[at % paths.length] ?? [];
            expectVerdict((tree = withValue(tree, path, own ? valueAt(trees[which], from) : stranger)));
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** Some part of a tree: of the wrong kind and full of the right words. */
function valueAt(tree: unknown, at: number): unknown {
  const paths = pathsIn(tree);
  const path = paths[at % paths.length] ?? [];
  return path.reduce<unknown>((node, key) => (node as Readonly<Record<string | number, unknown>>)[key], tree);
}

describe('the readers of TOSCA.meta and of the manifest have a verdict', () => {
  const files = edgePackage();
  const texts = new Map(
    [...files].filter(([path]) => /\.(yaml|meta|mf)$/.test(path)).map(([path, b]) => [path, b.toString()]),
  );
  const entries = [...files].map(([path, b]) => ({ path, sizeBytes: b.length, sha256: digest('sha256', b) }));
  const digests = new Map(
    [...files].flatMap(([path, b]) =>
      ([224, 384, 512] as const).map((bits) => [digestKey(path, `sha-${bits}`), digest(`sha${bits}`, b)] as const),
    ),
  );
  const line = fc.oneof(
    fc.constantFrom('Source: ChangeLog.txt', 'Source: ../../x', 'Algorithm: SHA-1', 'Algorithm:', 'Hash: zz', 'Signature: Tests/README', 'Certificate: nowhere', 'metadata:', 'Name: Files', '', 'Entry-Definitions: ../a', 'Entry-Definitions: Definitions', 'ETSI-Entry-Manifest: TOSCA-Metadata/TOSCA.meta', 'ETSI-Entry-Certificate: Definitions/edge.yaml', 'non_mano_artifact_sets:', '  set:', '-----BEGIN CMS-----', '-----END CMS-----', ':', '::', '\t: x'),
    fc.string({ maxLength: 30, unit: 'binary' }),
  ); // prettier-ignore
  const bend = fc.record({ at: fc.nat(), kind: fc.constantFrom('replace', 'insert', 'remove', 'double'), line });

  const bends = fc.oneof(
    bend.map((one) => [one]),
    fc.array(bend, { minLength: 1, maxLength: 6 }),
  );
  const signed = fc.constantFrom(undefined, undefined, { policy: 'require' as const, verdicts: new Map() });

  test.each(['TOSCA-Metadata/TOSCA.meta', 'Definitions/edge.mf'])('when lines of %s are bent', (path) => {
    const [accepted, refused] = [new Tried('a package that is still good'), new Tried('a package that is not')];
    fc.assert(
      fc.property(bends, fc.constantFrom('\n', '\r\n', '\r'), signed, (bends, end, signatures) => {
        const lines = (texts.get(path) ?? '').split(/\r?\n/);
        for (const { at, kind, line: text } of bends) {
          const index = at % lines.length;
          const put = {
            replace: [text],
            insert: [text, lines[index] ?? ''],
            remove: [],
            double: [lines[index] ?? '', lines[index] ?? ''],
          };
          lines.splice(index, 1, ...put[kind]);
        }
        const bent = new Map([...texts, [path, lines.join(end)]]);
        const reading = readPackage({
          entries,
          folders: [],
          texts: bent,
          digests,
          heads: files,
          ...(signatures && { signatures }),
          ...vocabulary,
        });
        refused.is(!accepted.is(reading.package !== undefined));
        const isOpen = Object.values(reading.wanted).some((wishes: readonly unknown[]) => wishes.length > 0);
        expect(reading.package === undefined).toBe(isOpen || reading.findings.some(isError));
        expect(reading.findings.filter(({ fix }) => fix === undefined)).toEqual([]);
      }),
      { numRuns: 100 },
    );
    accepted.expectShare(1 / 20);
    refused.expectShare(1 / 8);
  });

  test('when they are any text at all', () => {
    const tried = new Tried('a finding');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const all = [...readManifest('a.mf', text).findings, ...readToscaMeta(text).findings];
        tried.is(all.length > 0);
        expect(all.filter(({ fix }) => fix === undefined)).toEqual([]);
      }),
      { numRuns: 500 },
    );
    tried.expectShare(1 / 3);
  });
});

describe('onboarding has a verdict', () => {
  let good: Buffer;
  beforeAll(async () => {
    await writeZip(join(folder, 'good.csar'), edgePackage());
    good = readFileSync(join(folder, 'good.csar'));
  });

  const read = readerBy(vocabulary);
  const file = join(folder, 'bent.csar');

  /** Whether it is refused. */
  async function expectOnboardingVerdict(bytes: Buffer): Promise<boolean> {
    writeFileSync(file, bytes);
    const outcome = await onboardCsar(file, read, defaultCsarLimits, () => Promise.resolve(ok(undefined)));
    if (outcome.ok) return false;
    expect(outcome.problem.title).not.toBe('');
    expectHelp(outcome.problem['findings'] as readonly Finding[], false);
    return true;
  }

  // The directory stands at the end: half of all changes go there.
  const place = fc.record({ fromEnd: fc.boolean(), part: fc.double({ min: 0, max: 1, noNaN: true }) });
  const damage = fc.record({
    place,
    kind: fc.constantFrom('set', 'flip', 'cut', 'double', 'zero', 'insert'),
    byte: fc.nat({ max: 255 }),
    length: fc.integer({ min: 1, max: 64 }),
  });
  type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

  function damaged(bytes: Buffer, { place: { fromEnd, part }, kind, byte, length }: Damage): Buffer {
    const at = fromEnd ? Math.max(0, bytes.length - 1 - Math.floor(part * 2000)) : Math.floor(part * bytes.length);
    const [before, here, after] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
    const put: Readonly<Record<Damage['kind'], readonly Buffer[]>> = {
      set: [Buffer.alloc(here.length, byte)],
      flip: [Buffer.from(here.map((value) => value ^ (byte || 1)))],
      cut: [],
      double: [here, here],
      zero: [Buffer.alloc(here.length)],
      insert: [Buffer.alloc(length, byte), here],
    };
    return Buffer.concat([before, ...put[kind], after]);
  }

  test('of an archive with bytes changed, cut, doubled', async () => {
    const tried = new Tried('an archive that is refused');
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
        tried.is(await expectOnboardingVerdict(damages.reduce(damaged, good)));
      }),
      { numRuns: 200 },
    );
    tried.expectShare(1 / 4);
  }, 120_000);

  test('of an archive that ends early', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), async (part) => {
        expect(await expectOnboardingVerdict(good.subarray(0, Math.floor(part * good.length)))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
