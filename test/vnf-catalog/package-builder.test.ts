import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { buildPackage } from '../../src/author/build.js';
import { assemble, imagesOf, readSource, writeFiles, type BuiltImage } from '../../vnf-catalog/builder/package.mjs';
import { qcow2Image } from '../artifacts/edge-package.js';

const source = readSource('vnf-catalog/router/package');
const folder = mkdtempSync(join(tmpdir(), 'package-builder.'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const image = (content: string): BuiltImage => ({
  qcow2: Buffer.from(content),
  manifest: { image: { virtualSizeBytes: 30 * 1024 * 1024 } },
  copyright: Buffer.from('\n===== /usr/share/doc/frr/copyright\n\nGPL\n'),
});
const images = new Map(imagesOf(source).map((name) => [name, image(name)]));
const text = (entries: ReadonlyMap<string, Buffer>, path: string) => entries.get(path)?.toString() ?? '';

describe('the router package', () => {
  const entries = assemble('router', source, images);

  it('needs a para-virtualised and a fully virtualised image', () => {
    expect(imagesOf(source)).toEqual(['router-cloud', 'router-full']);
  });

  it('names files in TOSCA.meta that are there', () => {
    const named = [...text(entries, 'TOSCA-Metadata/TOSCA.meta').matchAll(/^\S*Entry-\S+: (.+)$/gm)];
    expect(named).toHaveLength(4);
    for (const [, path = ''] of named) {
      expect([...entries.keys()].some((key) => key === path || key.startsWith(`${path}/`))).toBe(true);
    }
  });

  it('gives each flavour the digest of its own image', () => {
    for (const [flavour, name] of Object.entries({
      simple: 'router-cloud',
      shared: 'router-cloud',
      full: 'router-full',
    })) {
      const definition = parse(text(entries, `Definitions/router_df_${flavour}.yaml`)) as Definition;
      const artifact = definition.topology_template.node_templates.router.artifacts.sw_image;
      expect(artifact.file).toBe(`../Files/images/${name}.qcow2`);
      expect(artifact.properties.checksum.hash).toBe(createHash('sha256').update(name).digest('hex'));
      expect(artifact.properties.min_disk).toBe('30 MiB');
    }
  });

  it('prints a licence that images share once', () => {
    expect(text(entries, 'Licenses/debian-copyright.txt').match(/GPL/g)).toHaveLength(1);
  });

  it('is built by berth without a finding, the same byte for byte each time', async () => {
    const disk = { ...image(''), qcow2: qcow2Image(30 * 1024 * 1024) };
    writeFiles(
      assemble('router', source, new Map(imagesOf(source).map((name) => [name, disk]))),
      join(folder, 'source'),
    );
    for (const name of ['a', 'b']) {
      const { report } = await buildPackage(join(folder, 'source'), join(folder, name), { otherwiseMs: 0 });
      expect(report.findings).toEqual([]);
    }
    expect(readFileSync(join(folder, 'a')).equals(readFileSync(join(folder, 'b')))).toBe(true);
  });

  it('is refused when an image that a flavour names was not built', () => {
    const one = new Map([...images].slice(0, 1));
    expect(() => assemble('router', source, one)).toThrow(/router-full\.sha256/);
  });
});

interface Definition {
  readonly topology_template: {
    readonly node_templates: {
      readonly router: {
        readonly artifacts: {
          readonly sw_image: {
            readonly file: string;
            readonly properties: { readonly checksum: { readonly hash: string }; readonly min_disk: string };
          };
        };
      };
    };
  };
}
