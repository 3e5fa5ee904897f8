/**
 * Whole packages from archive to `VnfPackage`, and refusals with all findings.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCsarLimits } from '../../src/artifacts/csar-limits.js';
import { onboardCsar } from '../../src/artifacts/onboard.js';
import { readerBy, type PackageReader } from '../../src/artifacts/package-reader.js';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import type { Finding } from '../../src/shared/finding.js';
import { ok } from '../../src/shared/outcome.js';
import { digest, edgePackage, edit, qcow2Image, type EdgeOptions, type Files } from './edge-package.js';
import { writeZip } from './zips.js';

const folder = mkdtempSync(join(tmpdir(), 'berth-onboard-'));
let read: PackageReader;
let kept: Map<string, string>;

beforeAll(async () => {
  read = readerBy(await loadVocabulary());
});
afterAll(() => rmSync(folder, { recursive: true }));

async function onboardFiles(files: Files) {
  const csar = join(folder, `${Math.random()}.csar`);
  await writeZip(csar, files);
  kept = new Map();
  return onboardCsar(csar, read, defaultCsarLimits, async (images, extract) => {
    for (const image of images) {
      const file = join(folder, `${Math.random()}.img`);
      await extract(image, file);
      kept.set(image.sha256, file);
    }
    return ok(undefined);
  });
}

async function refusal(options: EdgeOptions): Promise<readonly Finding[]> {
  const outcome = await onboardFiles(edgePackage(options));
  if (outcome.ok) throw new Error(`onboarded with ${JSON.stringify(outcome.value.findings)}`);
  expect(outcome.problem).toMatchObject({ type: 'urn:berth:problem:package-refused', status: 422 });
  expect(kept.size).toBe(0);
  return outcome.problem['findings'] as readonly Finding[];
}

const codes = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);

describe('a good package', () => {
  test('is onboarded with its metadata, images and artifacts', async () => {
    const files = edgePackage();
    const outcome = await onboardFiles(files);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem, null, 1));
    const image = files.get('Files/images/edge.qcow2')!;
    expect(outcome.value).toMatchObject({
      entryDefinitions: 'Definitions/edge.yaml',
      manifestPath: 'Definitions/edge.mf',
      securityOption: 'OPTION_1',
      metadata: { vnf_provider_id: 'Example', vnf_package_version: '1.1' },
      compatibleSpecificationVersions: ['2.7.1', '3.3.1'],
      vnfdFiles: [
        'Definitions/edge.yaml',
        'Definitions/edge_types.yaml',
        'Definitions/edge_df_small.yaml',
        'Definitions/edge_df_pinned.yaml',
      ],
    });
    expect(outcome.value.softwareImages).toContainEqual({
      id: 'system',
      path: 'Files/images/edge.qcow2',
      sizeBytes: image.length,
      sha256: digest('sha256', image),
      virtualSizeBytes: 1_000_000_000,
    });
    expect(
      outcome.value.additionalArtifacts.map((each) => [each.path, each.classification, each.nonManoArtifactSetId]),
    ).toEqual(
      expect.arrayContaining([
        ['ChangeLog.txt', 'HISTORY', undefined],
        ['Licenses/LICENSE', 'LICENSE', undefined],
        ['Tests/README', 'TESTING', undefined],
        ['Scripts/dashboard.json', undefined, 'example_dashboards'],
      ]),
    );
    expect(outcome.value.additionalArtifacts).toHaveLength(4);
  });

  test('has its images extracted byte for byte', async () => {
    const files = edgePackage();
    await onboardFiles(files);
    const fast = files.get('Files/images/edge-fast.img')!;
    expect(readFileSync(kept.get(digest('sha256', fast))!).equals(fast)).toBe(true);
  });

  test('keeps no more warnings than a refusal does, and those before remarks', async () => {
    const tamper = (f: Files) =>
      edit(f, 'Definitions/edge.mf', /$/, 'not a line\n'.repeat(defaultCsarLimits.findings + 1));
    const outcome = await onboardFiles(edgePackage({ tamper }));
    const kept = outcome.ok ? outcome.value.findings : [];
    expect(kept).toHaveLength(defaultCsarLimits.findings);
    expect(new Set(kept.map(({ severity }) => severity))).toEqual(new Set(['warning']));
  });

  test('that was released at a time that there is not is onboarded with a warning', async () => {
    const tamper = (f: Files) => edit(f, 'Definitions/edge.mf', '2026-01-31T12', '2026-13-41T12');
    const outcome = await onboardFiles(edgePackage({ tamper }));
    expect(outcome.ok && outcome.value.findings).toMatchObject([{ code: 'MF-METADATA-VALUE', severity: 'warning' }]);
  });

  test('is onboarded with the components of its SBOMs, and with a warning for each that cannot be read', async () => {
    const sbom = (components: unknown) => Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', components }));
    const outcome = await onboardFiles(
      edgePackage({
        change: (files) => {
          files.set('Files/images/edge.cdx.json', sbom([{ name: 'openssl', version: '3' }]));
          files.set('Files/bom.json', Buffer.from([0xff, 0x7b]));
          files.set('Files/sbom.json', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), sbom([])]));
        },
      }),
    );
    expect(outcome.ok && outcome.value.findings).toMatchObject([{ code: 'SBOM-UNREADABLE', file: 'Files/bom.json' }]);
    expect(outcome.ok && outcome.value.sboms).toMatchObject([
      {
        path: 'Files/images/edge.cdx.json',
        image: { path: 'Files/images/edge.qcow2' },
        components: [{ name: 'openssl' }],
      },
      { path: 'Files/sbom.json', components: [] },
    ]);
  });

  test('keeps its warnings', async () => {
    const outcome = await onboardFiles(edgePackage({ tamper: (files) => files.set('new.txt', Buffer.from('x')) }));
    expect(outcome.ok && outcome.value.findings.map(({ code }) => code)).toEqual(['MF-UNLISTED']);
  });

  test('may name folders that are empty', async () => {
    const files = edgePackage({
      change: (all) => edit(all, 'TOSCA-Metadata/TOSCA.meta', /ETSI-Entry-Tests: .*/, 'ETSI-Entry-Tests: Checks/None'),
      tamper: (all) => all.set('Checks/None/', Buffer.alloc(0)),
    });
    const outcome = await onboardFiles(files);
    expect(outcome.ok && outcome.value.findings).toEqual([]);
  });

  test('is told that it has no change log', async () => {
    const change = (files: Files): void => {
      edit(files, 'TOSCA-Metadata/TOSCA.meta', /ETSI-Entry-Change-Log: .*\n/, '');
    };
    const outcome = await onboardFiles(edgePackage({ change }));
    expect(outcome.ok && outcome.value.findings).toMatchObject([
      { code: 'PKG-CHANGE-LOG-MISSING', file: 'TOSCA-Metadata/TOSCA.meta', severity: 'warning' },
    ]);
  });

  test('gives images of two flavours under one node name ids of their own', async () => {
    const outcome = await onboardFiles(edgePackage());
    const ids = outcome.ok ? outcome.value.softwareImages.map(({ id, path }) => [id, path]) : [];
    expect(ids).toEqual([
      ['small.worker', 'Files/images/edge.qcow2'],
      ['system', 'Files/images/edge.qcow2'],
      ['pinned.worker', 'Files/images/edge-fast.img'],
    ]);
  });

  test('may do without TOSCA.meta when one YAML file stands at its root', async () => {
    const files = edgePackage();
    const flat: Files = new Map([...files].map(([path, content]) => [path.replace(/^Definitions\//, 'd/'), content]));
    flat.delete('TOSCA-Metadata/TOSCA.meta');
    flat.delete('d/edge.mf');
    flat.set('edge.yaml', Buffer.from(flat.get('d/edge.yaml')!.toString().replaceAll('edge_', 'd/edge_')));
    flat.delete('d/edge.yaml');
    const outcome = await onboardFiles(flat);
    expect(outcome.ok && outcome.value.entryDefinitions).toBe('edge.yaml');
    expect(outcome.ok && outcome.value.findings.map(({ code }) => code)).toEqual(['MF-MISSING']);
  });
});

describe('a package is refused when', () => {
  const df = 'Definitions/edge_df_small.yaml';
  const cases: readonly (readonly [string, EdgeOptions, readonly string[]])[] = [
    [
      'a file was changed after the manifest was made',
      { tamper: (f) => edit(f, 'ChangeLog.txt', '1.0', '1.1') },
      ['DIGEST-MISMATCH'],
    ],
    [
      'a file of the manifest is missing',
      { tamper: (f) => f.delete('ChangeLog.txt') },
      ['META-FILE-MISSING', 'DIGEST-SOURCE-MISSING'],
    ],
    [
      'its manifest is said to be a folder',
      { change: (f) => edit(f, 'TOSCA-Metadata/TOSCA.meta', /(ETSI-Entry-Manifest:).*/, '$1 Definitions') },
      ['META-FILE-MISSING'],
    ],
    [
      'its definitions are said to be a folder',
      { change: (f) => edit(f, 'TOSCA-Metadata/TOSCA.meta', /(Entry-Definitions:).*/, '$1 Definitions/') },
      ['META-FILE-MISSING'],
    ],
    [
      'the manifest has an unknown algorithm',
      { tamper: (f) => edit(f, 'Definitions/edge.mf', 'SHA-512', 'SHA-1') },
      ['DIGEST-ALGORITHM'],
    ],
    [
      'a digest has no hash',
      { tamper: (f) => edit(f, 'Definitions/edge.mf', /Hash: .*/, 'Hash:') },
      ['DIGEST-INCOMPLETE'],
    ],
    [
      'a file named without a digest is not there',
      { tamper: (f) => edit(f, 'Definitions/edge.mf', /$/, '\nSource: Files/not-there.bin\n') },
      ['DIGEST-SOURCE-MISSING'],
    ],
    [
      'a member of a non-MANO artifact set is not there',
      { tamper: (f) => edit(f, 'Definitions/edge.mf', 'Source: Scripts/dashboard.json', 'Source: Scripts/none.json') },
      ['DIGEST-SOURCE-MISSING'],
    ],
    [
      'a digest was cut off',
      { tamper: (f) => edit(f, 'Definitions/edge.mf', /(Hash: \w+)\w\w/, '$1') },
      ['DIGEST-HASH-FORM'],
    ],
    [
      'the manifest names another product',
      { tamper: (f) => edit(f, 'Definitions/edge.mf', 'Edge', 'Hedge') },
      ['MF-DISAGREES'],
    ],
    [
      'TOSCA.meta names no entry',
      { change: (f) => edit(f, 'TOSCA-Metadata/TOSCA.meta', 'Entry-Definitions', 'Entry') },
      ['META-KEY-MISSING'],
    ],
    [
      'TOSCA.meta names two entries',
      {
        change: (f) => edit(f, 'TOSCA-Metadata/TOSCA.meta', /$/, 'Entry-Definitions: Definitions/edge_df_small.yaml\n'),
      },
      ['META-KEY-TWICE'],
    ],
    [
      'the entry is not there',
      { change: (f) => edit(f, 'TOSCA-Metadata/TOSCA.meta', 'edge.yaml', 'wedge.yaml') },
      ['META-FILE-MISSING'],
    ],
    ['the manifest is not there', { tamper: (f) => f.delete('Definitions/edge.mf') }, ['META-FILE-MISSING']],
    ['an image is not there', { change: (f) => f.delete('Files/images/edge-fast.img') }, ['IMAGE-MISSING']],
    [
      'an image is described and has no file',
      { change: (f) => edit(f, 'Definitions/edge_df_pinned.yaml', /file: .*edge-fast.*\n/, '\n') },
      ['IMAGE-NOT-INCLUDED'],
    ],
    [
      'an image is a URI',
      { change: (f) => edit(f, 'Definitions/edge_df_pinned.yaml', '../Files', 'http://localhost/Files') },
      ['IMAGE-REMOTE'],
    ],
    [
      'an image is not the one of the VNFD',
      { change: (f) => f.set('Files/images/edge-fast.img', Buffer.from('other')) },
      ['IMAGE-CHECKSUM'],
    ],
    ['a raw image is a qcow2 in truth', { fast: qcow2Image(4096) }, ['IMAGE-FORMAT']],
    ['a qcow2 image is something else', { image: Buffer.from('KDMV and so on') }, ['IMAGE-FORMAT', 'IMAGE-FORMAT']],
    ['a qcow2 is cut short', { image: Buffer.from('QFI\u00fb', 'latin1') }, ['IMAGE-FORMAT', 'IMAGE-FORMAT']],
    [
      'a qcow2 has a backing file',
      { image: qcow2Image(4096, (head) => head.writeBigUInt64BE(512n, 8)) },
      ['IMAGE-REFERS-OUT', 'IMAGE-REFERS-OUT'],
    ],
    [
      'a qcow2 has an external data file',
      { image: qcow2Image(4096, (head) => head.writeBigUInt64BE(4n, 72)) },
      ['IMAGE-REFERS-OUT', 'IMAGE-REFERS-OUT'],
    ],
    [
      'a qcow2 names a data file',
      { image: qcow2Image(4096, (head) => head.writeUInt32BE(0x44415441, 104)) },
      ['IMAGE-REFERS-OUT', 'IMAGE-REFERS-OUT'],
    ],
    [
      'a qcow2 is encrypted',
      { image: qcow2Image(4096, (head) => head.writeUInt32BE(1, 32)) },
      ['IMAGE-ENCRYPTED', 'IMAGE-ENCRYPTED'],
    ],
    ['an image is larger than its disk', { image: qcow2Image(3_000_000_000) }, ['IMAGE-LARGER-THAN-DISK']],
    [
      'a text is not UTF-8',
      { change: (f) => f.set(df, Buffer.from([0xff, 0xfe, 0x41])) },
      ['CSAR-TEXT-ENCODING', 'TOSCA-IMPORT-MISSING'],
    ],
    ['a text holds NUL', { change: (f) => f.set('Definitions/x.yaml', Buffer.from('a\0b')) }, ['CSAR-TEXT-ENCODING']],
    [
      'the VNFD is wrong',
      { change: (f) => edit(f, df, 'virtual_binding: controller', 'virtual_binding: nobody') },
      ['VNFD-CP-UNBOUND'],
    ],
  ];

  test.each(cases)('%s', async (_, options, expected) => {
    expect(codes(await refusal(options))).toEqual(expected);
  });

  test('there are two YAML files at the root and no TOSCA.meta', async () => {
    const outcome = await onboardFiles(
      new Map([
        ['a.yaml', Buffer.from('a: 1')],
        ['b.yaml', Buffer.from('b: 1')],
      ]),
    );
    expect(!outcome.ok && codes(outcome.problem['findings'] as Finding[])).toEqual(['PKG-ENTRY-SEVERAL']);
  });

  test('the manifest at the root has another name', async () => {
    const outcome = await onboardFiles(
      new Map([
        ['a.yaml', Buffer.from('a: 1')],
        ['b.mf', Buffer.from('metadata:')],
      ]),
    );
    expect(!outcome.ok && codes(outcome.problem['findings'] as Finding[])).toContain('MF-NAME');
  });

  test('the refusal says how much is wrong and what comes first', async () => {
    const files = edgePackage({ tamper: (f) => edit(f, 'ChangeLog.txt', '1.0', '1.1') });
    const outcome = await onboardFiles(files);
    expect(!outcome.ok && outcome.problem.detail).toMatch(
      /^The package has 1 error and 0 warnings\. First: DIGEST-MISMATCH at Definitions\/edge\.mf:\d+:1: /,
    );
  });
});
