import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';
import { readVnfd } from '../../src/vnfd/read-vnfd.js';
import { imagesOf, readSource } from '../../vnf-catalog/builder/package.mjs';

const vnfs = readdirSync('vnf-catalog').filter((name) => existsSync(`vnf-catalog/${name}/package`));

// What only the built image knows is filled in by the builder; here any value of the right form will do.
const facts: Readonly<Record<string, string>> = { sha256: 'a'.repeat(64), sizeMiB: '24', virtualSizeMiB: '30' };
const filled = (text: string) => text.replace(/@\{[a-z0-9-]+\.(\w+)\}/g, (_, fact: string) => facts[fact] ?? '');

async function readDescriptor(name: string) {
  const source = readSource(`vnf-catalog/${name}/package`);
  const texts = [...source].filter(([path]) => path.endsWith('.yaml'));
  const files = new Map(texts.map(([path, bytes]) => [path, filled(bytes.toString())]));
  const images = imagesOf(source).map((image) => `Files/images/${image}.qcow2`);
  const packagePaths = new Set([...files.keys(), ...images]);
  return readVnfd({ files, packagePaths, entry: `Definitions/${name}.yaml`, ...(await loadVocabulary()) });
}

it('has a router, a firewall and a UPF', () => {
  expect(vnfs).toEqual(expect.arrayContaining(['firewall', 'router', 'upf']));
});

describe.each(vnfs)('the descriptor of the %s', (name) => {
  it('is read without a finding', async () => {
    expect((await readDescriptor(name)).findings).toEqual([]);
  });

  it('declares its configuration as a configurable property', async () => {
    const declared = (await readDescriptor(name)).vnfd?.configurable;
    expect(declared).toEqual({ [`${name}_config`]: { type: 'string', constraints: [{ max_length: 262144 }] } });
  });

  it('offers the flavours of the catalogue, each with what it stands for', async () => {
    const flavours = (await readDescriptor(name)).vnfd?.flavours ?? [];
    const [simple, shared, full, sriov] = flavours.map(({ vdus: [vdu], cps }) => ({
      policy: vdu?.cpu.policy,
      threads: vdu?.cpu.threadPolicy,
      page: vdu?.memory.pageSize,
      locality: vdu?.memory.locality,
      virtualisation: vdu?.virtualisation,
      nics: [...new Set(cps.map(({ vnicType }) => vnicType))],
    }));
    expect(flavours.slice(0, 4).map(({ id }) => id)).toEqual(['simple', 'shared', 'full', 'sriov']);
    expect(simple).toMatchObject({ policy: 'dedicated', page: 2048, virtualisation: 'para', nics: ['virtio'] });
    expect(shared).toMatchObject({ policy: 'shared', page: 'small', virtualisation: 'para', nics: ['virtio'] });
    expect(full).toMatchObject({ policy: 'shared', page: 'small', virtualisation: 'full' });
    const own = { policy: 'dedicated', threads: 'isolate', page: 'any', locality: 'strict' };
    expect(sriov).toMatchObject({ ...own, nics: name === 'upf' ? ['direct', 'virtio'] : ['direct'] });
  });
});

describe('the descriptor of the upf', () => {
  it('has 1 GiB for its sessions in every flavour, and its VNFCs apart where there are hosts enough', async () => {
    const flavours = (await readDescriptor('upf')).vnfd?.flavours ?? [];
    const rule = { kind: 'anti-affinity', scope: 'nfvi_node', bestEffort: true, vduIds: ['upf'] };
    expect(flavours).toHaveLength(4);
    for (const { vdus, affinityRules } of flavours) {
      expect(vdus.map(({ memory }) => memory.bytes)).toEqual([2 ** 30]);
      expect(affinityRules).toEqual([expect.objectContaining(rule)]);
    }
  });

  it('has N3 and N6 on virtual functions in the flavour sriov, and N4 beside them', async () => {
    const sriov = (await readDescriptor('upf')).vnfd?.flavours.find(({ id }) => id === 'sriov');
    expect(sriov?.cps.map(({ id, vnicType }) => [id, vnicType])).toEqual([
      ['n3', 'direct'],
      ['n4', 'virtio'],
      ['n6', 'direct'],
    ]);
  });
});
