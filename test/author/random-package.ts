/**
 * Packages that are right by construction: random counts, names, sizes, pinning, pages, cells, storages, links, scaling,
 * levels, affinity and layout.
 */
import fc from 'fast-check';
import { digest, qcow2Image } from '../artifacts/edge-package.js';

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);

/** How hugepages are asked for: registry, Nova, SOL001 4.3.1, or not at all. */
const pageForms = ['registry', 'nova', 'list', 'none'] as const;

const vdu = fc.record({
  cells: fc.array(fc.record({ vcpus: fc.integer({ min: 1, max: 8 }), gib: fc.integer({ min: 1, max: 16 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
  withCells: fc.boolean(),
  pinned: fc.boolean(),
  pageForm: fc.constantFrom(...pageForms),
  pages: fc.constantFrom('2 MB', '1 GB'),
  cards: fc.array(
    fc.record({
      kind: fc.constantFrom('normal', 'direct', 'macvtap', 'virtio-forwarder'),
      inside: fc.boolean(),
      ordered: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  volumes: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 2 }),
  bootsFromVolume: fc.boolean(),
  steps: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
  bootData: fc.boolean(),
});

/** Small enough to be shown when a property fails; `filesOf` makes the package. */
export const randomShape = fc.record({
  product: fc.stringMatching(/^[A-Za-z][A-Za-z0-9 ]{0,20}[a-z]$/),
  vdus: fc.uniqueArray(fc.tuple(name, vdu), { selector: ([id]) => id, minLength: 1, maxLength: 4 }),
  withMeta: fc.boolean(),
  extra: fc.uniqueArray(name, { maxLength: 3 }),
  /** Instantiation levels, each a fraction of what every aspect can reach. */
  levels: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
  rules: fc.array(fc.record({ kind: fc.constantFrom('AffinityRule', 'AntiAffinityRule'), group: fc.boolean() }), {
    maxLength: 2,
  }),
  asList: fc.boolean(),
});

type Shape = typeof randomShape extends fc.Arbitrary<infer T> ? T : never;
type Vdu = Shape['vdus'][number][1];

const image = qcow2Image(1_073_741_824);

export function filesOf(drawn: Shape): ReadonlyMap<string, Uint8Array | string> {
  const root = drawn.withMeta ? 'Definitions/' : '';
  const meta = `TOSCA-Meta-File-Version: 1.0\nCSAR-Version: 1.1\nCreated-By: nobody\nEntry-Definitions: ${root}vnfd.yaml\nETSI-Entry-Change-Log: ChangeLog.txt\n`;
  return new Map<string, Uint8Array | string>([
    [`${root}vnfd.yaml`, vnfdOf(drawn)],
    ['ChangeLog.txt', '1.0: first\n'],
    ['Files/system.qcow2', image],
    ...(drawn.withMeta ? [['TOSCA-Metadata/TOSCA.meta', meta] as const] : []),
    ...drawn.extra.map((each) => [`Artifacts/${each}.txt`, each] as const),
  ]);
}

/** What lint says of it: rules that keep apart what the internal link keeps on one host. */
export function findingsOf({ vdus, rules }: Shape): readonly string[] {
  const inner = vdus.filter(([, { cards }]) => cards.some((card) => card.inside));
  if (inner.length < 2 || rules[0]?.kind !== 'AntiAffinityRule') return [];
  return rules.filter(({ group }) => group).map(() => 'VNFD-AFFINITY-LINK-APART');
}

/** YAML is JSON's superset; a tree is easier to get right than text. */
function vnfdOf(drawn: Shape): string {
  const { product, vdus, asList } = drawn;
  const type = 'random.Vnf';
  const inside = vdus.some(([, { cards }]) => cards.some((card) => card.inside));
  const nodes = {
    VNF: { type, properties: identity(product) },
    ...(inside && { internal: link }),
    ...Object.assign({}, ...vdus.map(([id, one]) => nodesOf(id, one))),
  };
  const mappings = vdus.flatMap(([id, { cards }]) =>
    cards.flatMap((card, n) => (card.inside ? [] : [[`link_${id}_${n}`, [`CP_${id}_${n}`, 'virtual_link']] as const])),
  );
  // A VNF that nothing outside reaches would have a finding.
  const last = { type: 'tosca.nodes.nfv.VnfExtCp', properties: { layer_protocols: ['ipv4'] } };
  const reached =
    mappings.length > 0 ? {} : { door: { ...last, requirements: [{ internal_virtual_link: 'internal' }] } };
  const requirements = mappings.map(([requirement, target]) => ({ [requirement]: target }));
  return JSON.stringify({
    tosca_definitions_version: 'tosca_simple_yaml_1_3',
    node_types: { [type]: { derived_from: 'tosca.nodes.nfv.VNF' } },
    topology_template: {
      substitution_mappings: {
        node_type: type,
        properties: { flavour_id: 'only' },
        requirements: asList ? requirements : Object.assign({}, ...requirements),
      },
      node_templates: { ...nodes, ...reached },
      ...sectionsOf(drawn),
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

const link = {
  type: 'tosca.nodes.nfv.VnfVirtualLink',
  properties: { connectivity_type: { layer_protocols: ['ipv4'] }, vl_profile: {} },
};

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const mostOf = ({ steps }: Vdu): number => 1 + sum(steps);

function nodesOf(id: string, drawn: Vdu): object {
  const { cards, volumes, bootsFromVolume, bootData } = drawn;
  const fromVolume = bootsFromVolume && volumes.length > 0;
  return {
    [`VDU_${id}`]: {
      type: 'tosca.nodes.nfv.Vdu.Compute',
      properties: {
        name: id,
        description: id,
        boot_order: fromVolume,
        vdu_profile: { min_number_of_instances: 1, max_number_of_instances: mostOf(drawn) },
        ...(bootData && { boot_data: { content_or_file_data: { content: '#cloud-config' } } }),
      },
      capabilities: { virtual_compute: { properties: computeOf(drawn) } },
      requirements: volumes.map((_, n) => ({ virtual_storage: `DISK_${id}_${n}` })),
      ...(!fromVolume && { artifacts: { sw_image: artifact } }),
    },
    ...Object.fromEntries(volumes.map((gib, n) => [`DISK_${id}_${n}`, diskOf(gib, fromVolume && n === 0)])),
    ...Object.fromEntries(cards.map((card, n) => [`CP_${id}_${n}`, cpOf(id, card, n)])),
  };
}

const diskOf = (gib: number, withImage: boolean): object => ({
  type: 'tosca.nodes.nfv.Vdu.VirtualBlockStorage',
  properties: { virtual_block_storage_data: { size_of_storage: `${gib} GiB` } },
  ...(withImage && { artifacts: { sw_image: artifact } }),
});

function computeOf({ cells, withCells, pinned, pageForm, pages }: Vdu): object {
  const cell = ({ vcpus, gib }: Vdu['cells'][number]): object => ({
    logical_node_requirements: { numberCpu: String(vcpus), localNumaMemorySize: `${gib} GiB` },
  });
  const size = `${sum(cells.map(({ gib }) => gib))} GiB`;
  const forms: Readonly<Record<Vdu['pageForm'], object>> = {
    registry: { vdu_mem_requirements: { memoryPageSize: pages } },
    nova: { vdu_mem_requirements: { 'hw:mem_page_size': 'large' } },
    list: { huge_pages_requirements: [{ hugepage_size: pages, requested_size: size }] },
    none: {},
  };
  return {
    virtual_cpu: {
      num_virtual_cpu: sum(cells.map(({ vcpus }) => vcpus)),
      ...(pinned && { virtual_cpu_pinning: { virtual_cpu_pinning_policy: 'static' } }),
    },
    virtual_memory: { virtual_mem_size: size, numa_enabled: true, ...forms[pageForm] },
    ...(withCells && { logical_node: Object.fromEntries(cells.map((each, n) => [`cell${n}`, cell(each)])) }),
  };
}

const cpOf = (id: string, { kind, inside, ordered }: Vdu['cards'][number], order: number): object => ({
  type: 'tosca.nodes.nfv.VduCp',
  properties: { layer_protocols: ['ipv4'], vnic_type: inside ? 'normal' : kind, ...(ordered && { order }) },
  requirements: [{ virtual_binding: `VDU_${id}` }, ...(inside ? [{ virtual_link: 'internal' }] : [])],
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

/** Groups and policies, as a list or as a map. */
function sectionsOf(drawn: Shape): object {
  const { vdus, rules, asList } = drawn;
  const members = vdus.map(([id]) => `VDU_${id}`);
  // Rules of one kind never contradict one another.
  const policies = Object.assign(
    {},
    ...vdus.map(([id, one]) => scalingOf(id, one)),
    levelsOf(drawn),
    ...rules.map(({ group }, n) => ({
      [`rule_${n}`]: policy(rules[0]?.kind ?? '', { scope: 'nfvi_node' }, group ? ['all'] : members.slice(0, 1)),
    })),
  ) as Readonly<Record<string, object>>;
  return {
    groups: { all: { type: 'tosca.groups.nfv.PlacementGroup', properties: { description: 'all' }, members } },
    policies: asList ? Object.entries(policies).map(([id, each]) => ({ [id]: each })) : policies,
  };
}

const policy = (type: string, properties: object, targets?: readonly string[]): object => ({
  type: `tosca.policies.nfv.${type}`,
  properties,
  ...(targets && { targets }),
});

/** One aspect per VDU, with steps of different sizes. */
function scalingOf(id: string, { steps }: Vdu): object {
  if (steps.length === 0) return {};
  const deltas = Object.fromEntries(steps.map((number_of_instances, n) => [`d${n}`, { number_of_instances }]));
  const aspect = { name: id, description: id, max_scale_level: steps.length, step_deltas: Object.keys(deltas) };
  const targets = [`VDU_${id}`];
  return {
    [`aspect_${id}`]: policy('ScalingAspects', { aspects: { [id]: aspect } }),
    [`initial_${id}`]: policy('VduInitialDelta', { initial_delta: { number_of_instances: 1 } }, targets),
    [`deltas_${id}`]: policy('VduScalingAspectDeltas', { aspect: id, deltas }, targets),
  };
}

/** Levels that say the same in both ways: by aspects, and by VDUs. */
function levelsOf({ vdus, levels }: Shape): object {
  if (levels.length === 0) return {};
  const at = (level: number, { steps }: Vdu): number => Math.floor(level * steps.length);
  const scaled = vdus.filter(([, { steps }]) => steps.length > 0);
  const ofAspects = levels.map((level, n) => {
    const scale_info = Object.fromEntries(scaled.map(([id, one]) => [id, { scale_level: at(level, one) }]));
    return [`level${n}`, { description: `level ${n}`, scale_info }] as const;
  });
  const ofVdu = ([id, one]: Shape['vdus'][number]): readonly [string, object] => {
    const count = (level: number): number => 1 + sum(one.steps.slice(0, at(level, one)));
    const numbers = levels.map((level, n) => [`level${n}`, { number_of_instances: count(level) }] as const);
    return [`levels_${id}`, policy('VduInstantiationLevels', { levels: Object.fromEntries(numbers) }, [`VDU_${id}`])];
  };
  return {
    levels: policy('InstantiationLevels', { levels: Object.fromEntries(ofAspects), default_level: 'level0' }),
    ...Object.fromEntries(vdus.map(ofVdu)),
  };
}
