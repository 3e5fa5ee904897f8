import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { openCsar } from '../../src/artifacts/open-csar.js';
import { defaultCsarLimits } from '../../src/artifacts/csar-limits.js';
import { buildPackage } from '../../src/author/build.js';
import { assemble, imagesOf, readSource, writeFiles, type BuiltImage } from '../../vnf-catalog/builder/package.mjs';
import { qcow2Image } from '../artifacts/edge-package.js';
import { valueOf } from '../contract/store-contract.js';

const folder = mkdtempSync(join(tmpdir(), 'sbom.'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const debian = (version: string, source: string, sourceVersion = version, inImage = true) => ({
  ...{ version, architecture: 'amd64', source, sourceVersion, inImage },
});

const image: BuiltImage = {
  qcow2: qcow2Image(30 * 1024 * 1024),
  manifest: {
    image: { virtualSizeBytes: 30 * 1024 * 1024 },
    distro: 'debian-12',
    packages: {
      libssl3: debian('3.0.22-1~deb12u2', 'openssl'),
      busybox: debian('1:1.35.0-4+b1', 'busybox', '1:1.35.0-4'),
      bash: debian('5.2', 'bash', '5.2', false),
    },
    buildHost: { distro: 'debian-13', packages: { 'libc6-dev': debian('2.36', 'glibc') } },
    guestProgram: { sha256: 'c'.repeat(64) },
    programs: { 'usr/sbin/upfd': { sha256: 'd'.repeat(64) } },
  },
  copyright: Buffer.from('\n===== /usr/share/doc/frr/copyright\n\nGPL\n'),
};

const source = readSource('vnf-catalog/router/package');
const entries = () => assemble('router', source, new Map(imagesOf(source).map((name) => [name, image])));
const path = 'Files/images/router-cloud.cdx.json';
const sbom = () => entries().get(path)?.toString() ?? '';

interface Sbom {
  readonly metadata: { readonly component: { readonly name: string; readonly hashes: readonly { content: string }[] } };
  readonly components: readonly { readonly name: string; readonly purl?: string }[];
}

describe('the SBOM of a catalogue image', () => {
  it('names the Debian packages that the image has files of, the guest program and others of the VNF', () => {
    const { components } = JSON.parse(sbom()) as Sbom;
    expect(components.map(({ name, purl }) => purl ?? name)).toEqual([
      'berth-vnf',
      'pkg:deb/debian/busybox@1%3A1.35.0-4%2Bb1?arch=amd64&distro=debian-12&upstream=busybox%401%3A1.35.0-4',
      'pkg:deb/debian/libc6-dev@2.36?arch=amd64&distro=debian-13&upstream=glibc',
      'pkg:deb/debian/libssl3@3.0.22-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl',
      'berth-upfd',
    ]);
  });

  it('is valid CycloneDX 1.6', () => {
    const schema = (name: string) => {
      const library = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');
      return JSON.parse(readFileSync(join(library, '..', 'res', 'schema', name), 'utf8')) as object;
    };
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of ['spdx', 'jsf-0.82'].map((each) => `${each}.SNAPSHOT.schema.json`)) {
      ajv.addSchema({ ...schema(name), $id: `http://cyclonedx.org/schema/${name}` });
    }
    const validate = ajv.compile(schema('bom-1.6.SNAPSHOT.schema.json'));
    expect([validate(JSON.parse(sbom())), validate.errors]).toEqual([true, null]);
    expect(validate({ ...(JSON.parse(sbom()) as object), components: [{ name: 'no type' }] })).toBe(false);
  });

  it('is the same byte for byte each time, and left out for an image that nothing is known of', () => {
    expect(sbom()).toBe(sbom());
    expect(sbom()).not.toMatch(/timestamp|serialNumber/);
    const bare = { ...image, manifest: { image: { virtualSizeBytes: 30 * 1024 * 1024 } } };
    const others = assemble('router', source, new Map(imagesOf(source).map((name) => [name, bare])));
    expect(others.has(path)).toBe(false);
  });

  it('names the image by its digest, and is listed in the manifest of the package', async () => {
    writeFiles(entries(), join(folder, 'router'));
    const built = await buildPackage(join(folder, 'router'), join(folder, 'router.csar'), { otherwiseMs: 0 });
    expect(built.report.findings).toEqual([]);
    const archive = valueOf(await openCsar(join(folder, 'router.csar'), defaultCsarLimits));
    const digests = new Map(archive.entries.map((entry) => [entry.path, entry.sha256]));
    const { component } = (JSON.parse(sbom()) as Sbom).metadata;
    expect(component).toMatchObject({
      name: 'router-cloud',
      hashes: [{ content: digests.get('Files/images/router-cloud.qcow2') }],
    });
    const manifest = await archive.text('Definitions/router.mf');
    archive.close();
    const text = manifest.ok ? manifest.text : '';
    expect(text).toContain(`Source: ${path}`);
    expect(text).toContain(digests.get(path));
  });
});
