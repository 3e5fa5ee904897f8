/**
 * Packages that are right by construction: random counts, names, sizes, pinning, pages, cells, scaling and layout.
 */
import fc from 'fast-check';
import { digest, qcow2Image } from '../artifacts/edge-package.js';

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);

const vdu = fc.record({
  cells: fc.array(fc.record({ vcpus: fc.integer({ min: 1, max: 8 }), gib: fc.integer({ min: 1, max: 16 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
  pinned: fc.boolean(),
  pages: fc.constantFrom('2 MB', '1 GB', 'large', undefined),
  cards: fc.array(fc.constantFrom('normal', 'direct', 'macvtap', 'virtio-forwarder'), { minLength: 1, maxLength: 3 }),
  steps: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
});

const shape = fc.record({
  product: fc.stringMatching(/^[A-Za-z][A-Za-z0-9 ]{0,20}[a-z]$/),
  vdus: fc.uniqueArray(fc.tuple(name, vdu), { selector: ([id]) => id, minLength: 1, maxLength: 3 }),
  withMeta: fc.boolean(),
  extra: fc.uniqueArray(name, { maxLength: 3 }),
});

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;
type Vdu = Shape['vdus'][number][1];

const image = qcow2Image(1_073_741_824);

export const randomPackage: fc.Arbitrary<ReadonlyMap<string, Uint8Array | string>> = shape.map((drawn) => {
  const root = drawn.withMeta ? 'Definitions/' : '';
  const meta = `TOSCA-Meta-File-Version: 1.0\nCSAR-Version: 1.1\nCreated-By: nobody\nEntry-Definitions: ${root}vnfd.yaml\n`;
  return new Map<string, Uint8Array | string>([
    [`${root}vnfd.yaml`, vnfdOf(drawn)],
    ['Files/system.qcow2', image],
    ...(drawn.withMeta ? [['TOSCA-Metadata/TOSCA.meta', meta] as const] : []),
    ...drawn.extra.map((each) => [`Artifacts/${each}.txt`, each] as const),
  ]);
});

/** YAML is JSON's superset; a tree is easier to get right than text. */
function vnfdOf({ product, vdus }: Shape): string {
  const type = 'random.Vnf';
  const nodes = {
    VNF: { type, properties: identity(product) },
    ...Object.assign({}, ...vdus.map(([id, drawn]) => nodesOf(id, drawn))),
  };
  const mappings = vdus.flatMap(([id, { cards }]) =>
    cards.map((_, n) => [`link_${id}_${n}`, [`CP_${id}_${n}`, 'virtual_link']]),
  );
  return JSON.stringify({
    tosca_definitions_version: 'tosca_simple_yaml_1_3',
    node_types: { [type]: { derived_from: 'tosca.nodes.nfv.VNF' } },
    topology_template: {
      substitution_mappings: {
        node_type: type,
        properties: { flavour_id: 'only' },
        requirements: Object.fromEntries(mappings),
      },
      node_templates: nodes,
      policies: vdus.flatMap(([id, drawn]) => policiesOf(id, drawn)),
    },
  });
}

const identity = (product: string): object => ({
  descriptor_id: '0b6ad2c5-6a4c-4d12-8f5e-000000000001',
  descriptor_version: '1.0',
  provider: 'Nobody',
  product_name: product,
  software_version: '1.0',
  vnfm_info: ['etsivnfm:v3.3.1'],
  flavour_id: 'only',
  flavour_description: 'the only one',
});

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

function nodesOf(id: string, drawn: Vdu): object {
  const most = 1 + sum(drawn.steps);
  return {
    [`VDU_${id}`]: {
      type: 'tosca.nodes.nfv.Vdu.Compute',
      properties: {
        name: id,
        description: id,
        vdu_profile: { min_number_of_instances: 1, max_number_of_instances: most },
      },
      capabilities: { virtual_compute: { properties: computeOf(drawn) } },
      artifacts: { sw_image: artifact },
    },
    ...Object.fromEntries(drawn.cards.map((card, n) => [`CP_${id}_${n}`, cpOf(id, card, n)])),
  };
}

function computeOf({ cells, pinned, pages }: Vdu): object {
  const cell = ({ vcpus, gib }: Vdu['cells'][number]): object => ({
    logical_node_requirements: { numberCpu: String(vcpus), localNumaMemorySize: `${gib} GiB` },
  });
  return {
    virtual_cpu: {
      num_virtual_cpu: sum(cells.map(({ vcpus }) => vcpus)),
      ...(pinned && { virtual_cpu_pinning: { virtual_cpu_pinning_policy: 'static' } }),
    },
    virtual_memory: {
      virtual_mem_size: `${sum(cells.map(({ gib }) => gib))} GiB`,
      numa_enabled: true,
      ...(pages !== undefined && { vdu_mem_requirements: { memoryPageSize: pages } }),
    },
    logical_node: Object.fromEntries(cells.map((each, n) => [`cell${n}`, cell(each)])),
  };
}

const cpOf = (id: string, card: string, order: number): object => ({
  type: 'tosca.nodes.nfv.VduCp',
  properties: { layer_protocols: ['ipv4'], order, vnic_type: card },
  requirements: [{ virtual_binding: `VDU_${id}` }],
});

const artifact = {
  type: 'tosca.artifacts.nfv.SwImage',
  file: 'Files/system.qcow2',
  properties: {
    name: 'system',
    version: '1.0',
    checksum: { algorithm: 'sha-512', hash: digest('sha512', image) },
    container_format: 'bare',
    disk_format: 'qcow2',
    min_disk: '1 GiB',
    size: '1 GiB',
  },
};

/** One aspect per VDU, with steps of different sizes. */
function policiesOf(id: string, { steps }: Vdu): readonly object[] {
  if (steps.length === 0) return [];
  const deltas = Object.fromEntries(steps.map((number_of_instances, n) => [`d${n}`, { number_of_instances }]));
  const aspect = { name: id, description: id, max_scale_level: steps.length, step_deltas: Object.keys(deltas) };
  const of = (type: string, properties: object, targets?: readonly string[]): object => ({
    type: `tosca.policies.nfv.${type}`,
    properties,
    ...(targets && { targets }),
  });
  const targets = [`VDU_${id}`];
  return [
    { [`aspect_${id}`]: of('ScalingAspects', { aspects: { [id]: aspect } }) },
    { [`initial_${id}`]: of('VduInitialDelta', { initial_delta: { number_of_instances: 1 } }, targets) },
    { [`deltas_${id}`]: of('VduScalingAspectDeltas', { aspect: id, deltas }, targets) },
  ];
}
