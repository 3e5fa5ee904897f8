/**
 * A VNFD never changes without a new version and a new id: whoever has onboarded the package relies on both. Beside each
 * VNF's package, `descriptors.json` has what was given out: version, id, digest of the content.
 */
import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readSource } from '../../vnf-catalog/builder/package.mjs';

interface Descriptor {
  readonly version: string;
  readonly id: string;
  readonly sha256: string;
}

type Values = Readonly<Record<string, { readonly default?: unknown }>>;
interface Types {
  readonly node_types: Readonly<Record<string, { readonly properties: Values }>>;
}

const vnfs = readdirSync('vnf-catalog').filter((name) => existsSync(`vnf-catalog/${name}/package`));
const recordOf = (name: string) => `vnf-catalog/${name}/descriptors.json`;
const recorded = (name: string): readonly Descriptor[] =>
  existsSync(recordOf(name)) ? (JSON.parse(readFileSync(recordOf(name), 'utf8')) as Descriptor[]) : [];

/** Comments and layout do not count, nor what only a built image knows. */
function contentOf(name: string): string {
  const files = [...readSource(`vnf-catalog/${name}/package`)].filter(([path]) => path.endsWith('.yaml'));
  return JSON.stringify(files.map(([path, bytes]) => [path, parse(bytes.toString()) as unknown]));
}

const typesOf = (name: string) =>
  parse(readFileSync(`vnf-catalog/${name}/package/Definitions/${name}_types.yaml`, 'utf8')) as Types;

function current(name: string): Descriptor {
  const [type] = Object.values(typesOf(name).node_types);
  const value = (property: string) => String(type?.properties[property]?.default);
  const sha256 = createHash('sha256').update(contentOf(name)).digest('hex');
  return { version: value('descriptor_version'), id: value('descriptor_id'), sha256 };
}

/** With UPDATE_GOLDEN=1 a new version is recorded; what is recorded never changes. */
function record(name: string, descriptor: Descriptor): void {
  const before = recorded(name);
  if (process.env['UPDATE_GOLDEN'] !== '1' || before.some(({ version }) => version === descriptor.version)) return;
  writeFileSync(recordOf(name), `${JSON.stringify([...before, descriptor], null, 2)}\n`);
}

function complaint(name: string, { version, id, sha256 }: Descriptor): string {
  const types = `vnf-catalog/${name}/package/Definitions/${name}_types.yaml`;
  const known = recorded(name).find((each) => each.version === version);
  const again = `UPDATE_GOLDEN=1 npm run jest -- test/vnf-catalog/descriptor-versions.test.ts --selectProjects suites`;
  if (!known) return `${recordOf(name)} does not know ${name} ${version}; record it: ${again}`;
  if (known.id === id && known.sha256 === sha256) return '';
  return (
    `The VNFD of ${name} is another one than ${version} in ${recordOf(name)}. Give it a new descriptor_version and a new ` +
    `descriptor_id in ${types}, the new version in the other places that this test names, a paragraph in ChangeLog.txt, ` +
    `then: ${again}. Only a version that nobody was given yet may lose its entry in ${recordOf(name)} instead.`
  );
}

describe.each(vnfs)('The VNFD of %s', (name) => {
  const descriptor = current(name);

  test('is the one that was recorded for its version', () => {
    record(name, descriptor);
    expect(complaint(name, descriptor)).toBe('');
  });

  test('has the newest of the recorded versions, each with an id of its own', () => {
    const all = recorded(name);
    expect(all.at(-1)?.version).toBe(descriptor.version);
    for (const key of ['version', 'id', 'sha256'] as const)
      expect(new Set(all.map((each) => each[key])).size).toBe(all.length);
  });

  test('has the same version in its template, its software, its images and first in its ChangeLog.txt', () => {
    const [type] = Object.values(typesOf(name).node_types);
    const images = [...contentOf(name).matchAll(/"tosca\.artifacts\.nfv\.SwImage".*?"version":"([^"]*)"/g)];
    const template = parse(readFileSync(`vnf-catalog/${name}/package/Definitions/${name}.yaml`, 'utf8')) as {
      readonly metadata: { readonly template_version: string };
    };
    const places = {
      template: [template.metadata.template_version],
      software: [type?.properties['software_version']?.default],
      images: [...new Set(images.map(([, version]) => version))],
      changeLog: readFileSync(`vnf-catalog/${name}/package/ChangeLog.txt`, 'utf8').split('\n').slice(0, 1),
    };
    const { version } = descriptor;
    expect(places).toEqual({ template: [version], software: [version], images: [version], changeLog: [version] });
  });
});

test('no two VNFs have a descriptor id in common', () => {
  const ids = vnfs.flatMap((name) => recorded(name).map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});
