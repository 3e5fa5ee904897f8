/**
 * SBOMs of packages, whoever made them: what is read, what is left out, and that none of them can hurt.
 */
import { describe, expect, test } from '@jest/globals';
import type { Flavour } from '../../src/vnfd/model.js';
import type { PackageImage } from '../../src/package/model.js';
import { isSbomPath, sbomStem } from '../../src/package/sbom/files.js';
import { sbomLimits, type SbomLimits } from '../../src/package/sbom/limits.js';
import { readSboms } from '../../src/package/sbom/read-sboms.js';

const path = 'Files/images/router.cdx.json';
const digest = 'ab'.repeat(32);
const image = (file: string, sha256 = digest): PackageImage => ({
  ...{ id: 'sw_image', path: file, sizeBytes: 1, sha256, virtualSizeBytes: 1 },
});
const flavour = (id: string, file: string) =>
  ({ id, storages: [], vdus: [{ id: 'router', image: { file }, storageIds: [] }] }) as unknown as Flavour;

interface Given {
  readonly files?: Readonly<Record<string, string | undefined>>;
  readonly images?: readonly PackageImage[];
  readonly flavours?: readonly Flavour[];
  readonly limits?: Partial<SbomLimits>;
}

function read({ files = {}, images = [], flavours = [], limits = {} }: Given) {
  const entries = Object.entries(files).map(([name, text]) => ({
    ...{ path: name, sizeBytes: Buffer.byteLength(text ?? ''), sha256: '' },
  }));
  const input = { entries, sboms: new Map(Object.entries(files)) };
  return readSboms(input, images, flavours, { ...sbomLimits, ...limits });
}

const sbom = (components: unknown, metadata: unknown = {}) =>
  JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', metadata, components });

const readOne = (text: string | undefined, limits: Partial<SbomLimits> = {}) =>
  read({ files: { [path]: text }, limits });
const codesOf = ({ findings }: ReturnType<typeof read>) => findings.map(({ code }) => code);
const namesOf = ({ sboms }: ReturnType<typeof read>) =>
  sboms.flatMap(({ components }) => components.map(({ name }) => name));

describe('the name of an SBOM', () => {
  test.each(['bom.json', 'Files/sbom.json', 'a/x.cdx.json', 'x.BOM.json', 'x-sbom.json', 'x_cyclonedx.json'])(
    '%s is one',
    (name) => expect(isSbomPath(name)).toBe(true),
  );

  test.each(['bomb.json', 'x.json', 'bom.xml', 'Files/sbom/readme.json', 'sitcom.json', 'x.cdx.json.cms'])(
    '%s is none',
    (name) => expect(isSbomPath(name)).toBe(false),
  );

  test('has that of its image before it', () => {
    expect(['Files/router.cdx.json', 'a/router-full-sbom.json', 'bom.json'].map(sbomStem)).toEqual([
      ...['router', 'router-full', ''],
    ]);
  });
});

describe('components', () => {
  test('have names, versions and package URLs, and are found by what they were built from', () => {
    const { sboms, findings } = readOne(
      sbom([
        {
          type: 'library',
          name: 'libssl3',
          version: '3.0.22-1~deb12u2',
          purl: 'pkg:deb/debian/libssl3@3.0.22-1~deb12u2?arch=amd64&upstream=openssl%403.0.22-1',
        },
        { type: 'library', group: '@angular', name: 'core', purl: 'pkg:npm/%40angular/core@1' },
        {
          type: 'library',
          name: 'OpenSSL-Libs',
          purl: 'pkg:rpm/rhel/openssl-libs@3?upstream=openssl-3.0.7-1.el9.src.rpm',
        },
        { name: 'libz', properties: [{ name: 'aquasecurity:trivy:SrcName', value: 'zlib' }, 7] },
      ]),
    );
    expect(findings).toEqual([]);
    expect(sboms[0]?.components.map(({ name, names }) => [name, names])).toEqual([
      ['libssl3', ['libssl3', 'openssl']],
      ['core', ['core', '@angular/core']],
      ['OpenSSL-Libs', ['openssl-libs', 'openssl']],
      ['libz', ['libz', 'zlib']],
    ]);
    expect(sboms[0]?.components[0]).toMatchObject({ version: '3.0.22-1~deb12u2', purl: expect.stringMatching(/^pkg/) });
  });

  test('inside of others are there too, files are not, and each is there once', () => {
    const file = { type: 'file', name: '/etc/passwd' };
    const inner = { name: 'inner', components: [{ name: 'innermost' }, file] };
    const reading = readOne(sbom([{ name: 'outer', components: [inner] }, { name: 'inner' }, file]));
    expect([namesOf(reading), reading.findings]).toEqual([['outer', 'inner', 'innermost'], []]);
  });

  test('that are not as CycloneDX has them are told once, with the first place', () => {
    const odd = [7, null, { version: '1' }, { name: 'a\nb' }, { name: 'good', version: 3 }, { name: 'x'.repeat(256) }];
    const reading = readOne(sbom([{ name: 'first' }, ...odd]));
    expect(namesOf(reading)).toEqual(['first', 'good']);
    expect(reading.findings).toMatchObject([{ code: 'SBOM-COMPONENT', path: 'components/1', file: path }]);
    expect(reading.findings[0]?.message).toMatch(/^6 components/);
    expect(codesOf(readOne(sbom({ name: 'no list' })))).toEqual(['SBOM-COMPONENT']);
    expect(codesOf(readOne(sbom([{ name: '\ud800' }, { name: 'n\u0000l' }])))).toEqual(['SBOM-COMPONENT']);
  });

  test('whose package URL cannot be decoded keep their name', () => {
    expect(readOne(sbom([{ name: 'a', purl: 'pkg:deb/%zz/%e0%a4@1?upstream=%' }])).sboms[0]?.components).toMatchObject([
      { name: 'a', names: ['a'] },
    ]);
  });

  test('beyond the limit are counted, over all SBOMs of a package', () => {
    const files = {
      'a.cdx.json': sbom([{ name: 'a' }, { name: 'b' }]),
      'b.cdx.json': sbom([{ name: 'c' }, { name: 'd' }]),
    };
    const reading = read({ files, limits: { components: 3 } });
    expect(namesOf(reading)).toEqual(['a', 'b', 'c']);
    expect(reading.findings).toMatchObject([{ code: 'SBOM-LEFT-OUT', file: 'b.cdx.json', severity: 'warning' }]);
    expect(reading.findings[0]?.message).toMatch(/^1 components are left out/);
  });
});

describe('an SBOM', () => {
  test.each([
    ['nothing', ''],
    ['no JSON', '{"bomFormat": "CycloneDX", '],
    ['no object', '[]'],
    ['SPDX', '{"spdxVersion": "SPDX-2.3"}'],
    ['some JSON', '{"__proto__": {"bomFormat": "CycloneDX"}}'],
    ['no text', undefined],
  ])('that is %s is a warning with its file', (_, text) => {
    expect(readOne(text)).toMatchObject({
      sboms: [],
      findings: [{ code: 'SBOM-UNREADABLE', severity: 'warning', file: path }],
    });
  });

  test('nested deeper than any is, or of more values, is not parsed', () => {
    const deep = `{"bomFormat":"CycloneDX","components":${'[{"components":'.repeat(1_000_000)}`;
    expect(readOne(deep).findings[0]?.message).toMatch(/2000001 levels deep; at most 64/);
    const wide = sbom([]).replace('[]', `[${'{},'.repeat(1_000_001)}{}]`);
    expect(readOne(wide).findings[0]?.message).toMatch(/JSON values; at most 1000000/);
    const brackets = sbom([{ name: `"${'['.repeat(100)}\\`, version: '{' }]);
    expect(codesOf(readOne(brackets))).toEqual([]);
  });

  test('of hundreds of thousands of components is bounded', () => {
    const many = `[${Array.from({ length: 300_000 }, (_, at) => `{"name":"c${at}"}`).join(',')}]`;
    const reading = readOne(sbom([]).replace('[]', many));
    expect([namesOf(reading).length, codesOf(reading)]).toEqual([20_000, ['SBOM-LEFT-OUT']]);
    expect(reading.findings[0]?.message).toMatch(/^280000 components/);
  });

  test('with long texts or many names is bounded by those', () => {
    const properties = Array.from({ length: 50 }, (_, at) => ({ name: 'syft:metadata:source', value: `s${at}` }));
    expect(readOne(sbom([{ name: 'a', properties }])).sboms[0]?.components[0]?.names).toHaveLength(8);
    const reading = readOne(sbom(['a', 'b', 'c', 'd'].map((name) => ({ name: name.repeat(200) }))), { chars: 500 });
    expect([namesOf(reading).length, codesOf(reading)]).toEqual([2, ['SBOM-LEFT-OUT']]);
    const files = { 'a.cdx.json': sbom([{ name: 'a'.repeat(200) }]), 'b.cdx.json': sbom([{ name: 'b' }]) };
    expect(namesOf(read({ files, limits: { chars: 300 } })).length).toBe(1);
  });

  test('too large is left out, and the next is read', () => {
    const files = { 'a.cdx.json': sbom([{ name: 'a'.repeat(200) }]), 'b.cdx.json': sbom([{ name: 'b' }]) };
    const reading = read({ files, limits: { bytes: 150 } });
    expect([namesOf(reading), codesOf(reading)]).toEqual([['b'], ['SBOM-LEFT-OUT']]);
    const together = read({ files, limits: { allBytes: 150 } });
    expect([namesOf(together), codesOf(together)]).toEqual([['b'], ['SBOM-LEFT-OUT']]);
  });

  test('more than are read is one warning for all of them', () => {
    const files = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.cdx.json`, sbom([{ name }])]));
    const reading = read({ files, limits: { files: 2 } });
    expect([namesOf(reading), codesOf(reading)]).toEqual([['a', 'b'], ['SBOM-LEFT-OUT']]);
  });

  test('is wanted before it is read', () => {
    const entries = [{ path, sizeBytes: 1, sha256: '' }];
    expect(readSboms({ entries }, [], [])).toEqual({ sboms: [], findings: [], wanted: [path] });
  });
});

describe('the image of an SBOM', () => {
  const images = [image('Files/images/router.qcow2'), image('Files/images/other.qcow2', 'cd'.repeat(32))];
  const flavours = [flavour('simple', 'Files/images/router.qcow2'), flavour('full', 'Files/images/other.qcow2')];
  const component = (name: string, content?: string) => ({
    component: {
      name,
      ...(content && {
        hashes: [
          { alg: 'MD5', content: '0' },
          { alg: 'SHA-256', content },
        ],
      }),
    },
  });
  const imageIn = (file: string, metadata: unknown, of = images) => {
    const reading = read({ files: { [file]: sbom([], metadata) }, images: of, flavours });
    return [reading.sboms[0]?.image?.path, ...codesOf(reading)];
  };

  test('is the one whose digest it names, with the VDUs that run it', () => {
    const reading = read({ files: { 'bom.json': sbom([], component('x', digest.toUpperCase())) }, images, flavours });
    expect(reading.sboms[0]?.image).toEqual({
      ...{ path: 'Files/images/router.qcow2', sha256: digest },
      vdus: [{ flavourId: 'simple', vduId: 'router' }],
    });
  });

  test('is the one of its name, or of the name of what it describes', () => {
    expect(imageIn(path, {})).toEqual(['Files/images/router.qcow2']);
    expect(imageIn('SBOM/other-sbom.json', {})).toEqual(['Files/images/other.qcow2']);
    expect(imageIn('bom.json', component('other.qcow2'))).toEqual(['Files/images/other.qcow2']);
    expect(imageIn('bom.json', component('elsewhere'))).toEqual([undefined]);
    const twins = [image('a/router.qcow2'), image('b/router.qcow2', 'cd'.repeat(32))];
    expect(imageIn('c/router.cdx.json', {}, twins)).toEqual([undefined]);
    expect(imageIn('b/router.cdx.json', {}, twins)).toEqual(['b/router.qcow2']);
  });

  test('of another digest than it says is a warning', () => {
    expect(imageIn(path, component('router', 'ef'.repeat(32)))).toEqual([
      ...['Files/images/router.qcow2', 'SBOM-OTHER-IMAGE'],
    ]);
  });

  test.each([7, [], { component: 7 }, { component: { name: 7, hashes: [7, { alg: 'SHA-256', content: 7 }] } }])(
    'is unknown where metadata is %j',
    (metadata) => expect(imageIn('bom.json', metadata)).toEqual([undefined]),
  );
});
