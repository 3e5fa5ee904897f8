/**
 * No input makes the readers of packages throw: whatever comes, there are findings or there is a package.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import { readVnfd } from '../../src/vnfd/read-vnfd.js';
import { readYaml } from '../../src/tosca/read-yaml.js';
import { readDiskHead } from '../../src/package/disk-image.js';
import { readPackage } from '../../src/package/read-package.js';
import { isError } from '../../src/shared/finding.js';
import { digest, edgePackage } from '../artifacts/edge-package.js';
import { Tried } from '../builders/tried.js';

const vocabulary = await loadVocabulary();
const edge = edgePackage();
const texts = new Map(
  [...edge].filter(([path]) => /\.(yaml|meta|mf)$/.test(path)).map(([path, b]) => [path, b.toString()]),
);
const yamlPaths = [...texts.keys()].filter((path) => path.endsWith('.yaml'));
const entries = [...edge].map(([path, b]) => ({ path, sizeBytes: b.length, sha256: digest('sha256', b) }));

/** Either a VNFD without an error, or an error and no VNFD. */
function expectVerdict(files: ReadonlyMap<string, string>, entry: string): { readonly accepted: boolean } {
  const { findings, vnfd } = readVnfd({ files, entry, ...vocabulary });
  expect(vnfd === undefined).toBe(findings.some(isError));
  return { accepted: vnfd !== undefined };
}

/** Words that mean something to the reader, among others that do not. */
const words = fc.oneof(
  fc.constantFrom(
    '[]', '{}', '~', '-1', '1e99', 'true', '&a', '*a', '<<', '__proto__', 'constructor', '{ get_input: x }',
    '[[], {}]', "''", '512 MiB', 'tosca.nodes.nfv.VNF', 'tosca.nodes.nfv.VduCp', 'worker', 'outside', 'edge.yaml', '0x7fffffffffffffff',
  ),
  fc.string({ maxLength: 12 }),
); // prettier-ignore

/** Replaces one scalar or key, or a stretch of lines, of one file. */
const mutation = fc.record({
  path: fc.constantFrom(...yamlPaths),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('value', 'line', 'cut', 'indent', 'swap'),
  word: words,
});

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(files: ReadonlyMap<string, string>, { path, at, kind, word }: Mutation): ReadonlyMap<string, string> {
  const lines = (files.get(path) ?? '').split('\n');
  const index = Math.min(lines.length - 1, Math.floor(at * lines.length));
  const line = lines[index] ?? '';
  const changed: Record<Mutation['kind'], readonly string[]> = {
    value: [line.replace(/: .*$/, `: ${word}`)],
    line: [line.replace(/\S.*$/, word)],
    cut: [],
    indent: [`  ${line}`],
    swap: [lines[index + 1] ?? '', line],
  };
  return new Map([...files, [path, lines.toSpliced(index, kind === 'swap' ? 2 : 1, ...changed[kind]).join('\n')]]);
}

describe('the VNFD reader', () => {
  test('gives findings for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expectVerdict(new Map([['a.yaml', text]]), 'a.yaml');
      }),
      { numRuns: 300 },
    );
  });

  test('gives findings for any tree under the keys it reads', () => {
    const key = fc.oneof(fc.constantFrom('topology_template', 'node_templates', 'policies', 'type', 'properties', 'imports', 'inputs', 'substitution_mappings', 'requirements', 'node_types', 'derived_from'), fc.string({ maxLength: 5 })); // prettier-ignore
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        words,
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expectVerdict(new Map([['a.yaml', JSON.stringify(value)]]), 'a.yaml');
      }),
      { numRuns: 300 },
    );
  });

  test('gives a verdict for a good VNFD with a few lines bent', () => {
    const [accepted, refused] = [new Tried('a VNFD that is still good'), new Tried('a VNFD that is not')];
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const verdict = expectVerdict(mutations.reduce(mutate, texts), 'Definitions/edge.yaml');
        refused.is(!accepted.is(verdict.accepted));
      }),
      { numRuns: 200 },
    );
    accepted.expectShare(1 / 12);
    refused.expectShare(1 / 4);
  });
});

test('the YAML reader gives a tree or a finding for any text', () => {
  const [read, refused] = [new Tried('a tree'), new Tried('a text without a tree')];
  fc.assert(
    fc.property(fc.stringMatching(/^[-\s:[\]{}&*!|>'"%#a?,~0-9<]*$/), (text) => {
      const { root, findings } = readYaml('a.yaml', text);
      refused.is(!read.is(root !== undefined));
      expect(root !== undefined || findings.some(isError)).toBe(true);
    }),
    { numRuns: 1000 },
  );
  read.expectShare(1 / 10);
  refused.expectShare(1 / 5);
});

test('the package reader gives findings for any TOSCA.meta and manifest', () => {
  const line = fc.oneof(
    fc.constantFrom('Source: ChangeLog.txt', 'Algorithm: SHA-256', 'Hash: 00', 'metadata:', 'Name: x', '', 'Entry-Definitions: ../a', 'Entry-Definitions: Definitions', 'non_mano_artifact_sets:', '-----BEGIN CMS-----'),
    fc.string({ maxLength: 30 }),
  ); // prettier-ignore
  const text = fc.array(line, { maxLength: 15 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (meta, manifest) => {
      const bent = new Map([...texts, ['TOSCA-Metadata/TOSCA.meta', meta], ['Definitions/edge.mf', manifest]]);
      const reading = readPackage({
        entries,
        folders: [],
        texts: bent,
        digests: new Map(),
        heads: new Map(),
        ...vocabulary,
      });
      expect(reading.package === undefined).toBe(reading.findings.some(isError));
    }),
    { numRuns: 100 },
  );
});

test('any bytes are some kind of disk image', () => {
  const qcow2 = fc
    .uint8Array({ maxLength: 200 })
    .map((tail) => Uint8Array.from([0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3, ...tail]));
  fc.assert(
    fc.property(fc.oneof(qcow2, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      expect(['qcow2', 'other', 'unmarked', 'broken']).toContain(readDiskHead(bytes).format);
    }),
  );
});
