import { describe, expect, it } from '@jest/globals';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import { readVnfd } from '../../src/descriptor/read-vnfd.js';
import { readSource } from '../../vnf-catalog/builder/package.mjs';

// What only the built image knows is filled in by the builder; here any value of the right form will do.
const facts: Readonly<Record<string, string>> = { sha256: 'a'.repeat(64), sizeMiB: '24', virtualSizeMiB: '30' };
const filled = (text: string) => text.replace(/@\{[a-z0-9-]+\.(\w+)\}/g, (_, fact: string) => facts[fact] ?? '');

async function readRouter() {
  const source = [...readSource('vnf-catalog/router/package')].filter(([path]) => path.endsWith('.yaml'));
  const files = new Map(source.map(([path, bytes]) => [path, filled(bytes.toString())]));
  const images = ['router-cloud', 'router-full'].map((name) => `Files/images/${name}.qcow2`);
  const packagePaths = new Set([...files.keys(), ...images]);
  return readVnfd({ files, packagePaths, entry: 'Definitions/router.yaml', ...(await loadVocabulary()) });
}

describe("the router's descriptor", () => {
  it('is read without a finding', async () => {
    expect((await readRouter()).findings).toEqual([]);
  });

  it('offers its three flavours', async () => {
    const { vnfd } = await readRouter();
    expect(vnfd?.flavours.map(({ id }) => id)).toEqual(['simple', 'shared', 'full']);
  });
});
