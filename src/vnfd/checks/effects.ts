/**
 * What a VNFD may ask for and Berth does not do. Where the VNF would miss it, that is a warning each; the rest is one note
 * per node. A property that Berth begins to act on leaves these tables.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import type { FlavourSource } from '../flavour-source.js';
import type { NodeTemplate } from '../../tosca/node-templates.js';
import type { Policy } from '../../tosca/policies.js';
import { computeOf } from '../read-vdu.js';
import { boolOf, child, entriesOf, isNull, itemsOf, type YamlNode } from '../../tosca/tree.js';
import type { Flavour, Vdu, VduCp } from '../model.js';
import { roleOf, type TypeRole, withRole } from '../roles.js';

interface Missing {
  readonly role: TypeRole;
  /** Slash-separated; `*` is every item of a list, `<id>` every value of a map. `virtual_compute` begins that capability. */
  readonly path: string;
  /** What Berth does instead; follows "`node` asks for `property`: ". */
  readonly instead: string;
}

const l3 = 'vl_profile/virtual_link_protocol_data/*/l3_protocol_data';
const l2 = 'vl_profile/virtual_link_protocol_data/*/l2_protocol_data';
const onlyContent = 'a guest gets the content of its boot data and nothing beside it';
const anyStorage = 'a volume is a file of the host’s storage, whatever that gives';
const noFilter = 'Berth does not filter traffic';

const missing: readonly Missing[] = [
  { role: 'vdu', path: 'boot_data/kvp_data', instead: onlyContent },
  { role: 'vdu', path: 'boot_data/content_or_file_data/data', instead: onlyContent },
  { role: 'vdu', path: 'boot_data/vim_specific_properties', instead: onlyContent },
  { role: 'vdu', path: 'boot_data/content_or_file_data/destination_path', instead: onlyContent },
  { role: 'vdu', path: 'virtual_compute/virtual_cpu/virtual_cpu_clock', instead: 'clocks of hosts are not compared' },
  {
    role: 'vdu',
    path: 'virtual_compute/requested_additional_capabilities/<id>/min_requested_additional_capability_version',
    instead: 'a host has a capability or has it not, of whatever version',
  },
  { role: 'vdu', path: 'requested_additional_capabilities', instead: 'they belong below `virtual_compute`' },
  { role: 'vdu', path: 'virtual_compute/virtual_disk', instead: 'disks are `virtual_local_storage` and storage nodes' },
  { role: 'vdu', path: 'virtual_compute/virtual_local_storage/*/vdu_storage_requirements', instead: anyStorage },
  { role: 'vdu', path: 'virtual_compute/virtual_local_storage/*/rdma_enabled', instead: 'volumes are local files' },
  { role: 'block-storage', path: 'virtual_block_storage_data/vdu_storage_requirements', instead: anyStorage },
  {
    role: 'block-storage',
    path: 'virtual_block_storage_data/rdma_enabled',
    instead: 'volumes are local files',
  },
  {
    role: 'virtual-link',
    path: `${l3}/dhcp_enabled`,
    instead: 'no DHCP server runs on the links of a VNF',
  },
  { role: 'cp', path: 'security_group_rule_id', instead: noFilter },
  { role: 'ext-cp', path: 'security_group_rule_id', instead: noFilter },
  {
    role: 'cp',
    path: 'protocol/*/address_data/*/l3_address_data/floating_ip_activated',
    instead: 'Berth translates no addresses',
  },
  { role: 'cp', path: 'allow_address_pairs', instead: 'Berth does not check the source of packets' },
];

/** By role: read, checked, without effect. */
const unused: Readonly<Partial<Record<TypeRole, readonly string[]>>> = {
  vnf: [
    'modifiable_attributes',
    'configurable_properties',
    'monitoring_parameters',
    'lcm_operations_configuration/scale_to_level',
    'lcm_operations_configuration/heal',
    'lcm_operations_configuration/terminate',
    'lcm_operations_configuration/operate',
    'lcm_operations_configuration/change_flavour',
    'lcm_operations_configuration/change_ext_connectivity',
    'lcm_operations_configuration/change_current_package',
    'lcm_operations_configuration/create_snapshot',
    'lcm_operations_configuration/revert_to_snapshot',
    'vnf_profile',
    'lcm_coordinations',
    'additional_scale_type',
    'coordination',
    'service_availability_level',
  ],
  vdu: [
    'monitoring_parameters',
    'configurable_properties',
    'virtual_compute/virtual_memory/virtual_mem_oversubscription_policy',
    'virtual_compute/requested_additional_capabilities/<id>/preferred_requested_additional_capability_version',
    'virtual_compute/requested_additional_capabilities/<id>/target_performance_parameters',
    'vdu_profile/nfvi_maintenance_info',
    'mcio_constraint_params',
    'trunk',
    'is_numOfInstances_cluster_based',
  ],
  'block-storage': ['nfvi_maintenance_info'],
  cp: ['qos', 'nfvi_maintenance_info', 'protocol/*/address_data/*/l2_address_data'],
  'ext-cp': ['qos', 'nfvi_maintenance_info', 'protocol/*/address_data', 'virtual_network_interface_requirements'],
  'virtual-link': [
    'test_access',
    'monitoring_parameters',
    'nfvi_maintenance_info',
    'externally_managed',
    'vl_profile/max_bitrate_requirements',
    'vl_profile/min_bitrate_requirements',
    'vl_profile/qos',
    'vl_profile/nfvi_maintenance_info',
    'vl_profile/data_flow_mirroring_supported',
    `${l2}/name`,
    `${l2}/vlan_transparent`,
    `${l3}/name`,
    `${l3}/cidr`,
    `${l3}/ip_allocation_pools`,
    `${l3}/gateway_ip`,
    `${l3}/ipv6_address_mode`,
  ],
};

/** Paths of the properties of a role about which something is said. */
export const noted = (role: TypeRole): readonly string[] => [
  ...missing.filter((row) => row.role === role).map(({ path }) => path),
  ...(unused[role] ?? []),
];

export const checkEffects = (source: FlavourSource, flavour: Flavour): readonly Finding[] => [
  ...missing.flatMap((row) => withRole(source.nodes, row.role).flatMap((node) => checkMissing(node, row))),
  ...source.nodes.flatMap(checkUnused),
  ...source.policies.flatMap(checkPolicy),
  ...flavour.vdus.flatMap((vdu) => [...checkHints(vdu, source), ...checkLocalStorage(vdu, source)]),
  ...flavour.cps.flatMap((cp) => checkBitrate(cp, source)),
];

/** The constraints that Berth knows are `virtualisation` and `zone`. */
function checkHints({ id, nfviConstraints }: Vdu, source: FlavourSource): readonly Finding[] {
  const hints = Object.keys(nfviConstraints).filter((key) => !['virtualisation', 'zone'].includes(key));
  if (hints.length === 0) return [];
  const node = source.byId.get(id);
  const at = child(node?.properties, 'nfvi_constraints')?.at ?? node?.at ?? source.at;
  const names = hints.map((key) => `\`${key}\``).join(', ');
  return [
    found('VNFD-PROPERTY-UNUSED', at, `Nothing in Berth depends on ${names} in \`nfvi_constraints\` of \`${id}\`.`),
  ];
}

/** A VDU has one disk of its own, filled from its image; further volumes are nodes. */
function checkLocalStorage({ id, image, localStorageBytes = [] }: Vdu, source: FlavourSource): readonly Finding[] {
  const left = localStorageBytes.length - (image === undefined ? 0 : 1);
  if (left <= 0) return [];
  const node = source.byId.get(id);
  const compute = node === undefined ? undefined : computeOf(node);
  const at = child(compute, 'virtual_local_storage')?.at ?? source.at;
  const message = `\`${id}\` asks for local storage that no image fills: only storage nodes become further volumes.`;
  return [found('VNFD-EFFECT-MISSING', at, message)];
}

function checkBitrate({ id, bitrateBps, vnicType }: VduCp, source: FlavourSource): readonly Finding[] {
  if (bitrateBps === undefined || vnicType === 'direct') return [];
  const at = child(source.byId.get(id)?.properties, 'bitrate_requirement')?.at ?? source.at;
  const message = `\`${id}\` asks for \`bitrate_requirement\`: only cards with virtual functions are chosen by it.`;
  return [found('VNFD-EFFECT-MISSING', at, message)];
}

function checkMissing(node: NodeTemplate, { path, instead }: Missing): readonly Finding[] {
  return valuesAt(node, path)
    .slice(0, 1)
    .map(({ at }) => {
      const property = path.split('/').at(-1) ?? path;
      return found('VNFD-EFFECT-MISSING', at, `\`${node.id}\` asks for \`${property}\`: ${instead}.`);
    });
}

function checkUnused(node: NodeTemplate): readonly Finding[] {
  const paths = (unused[roleOf(node)] ?? []).filter((path) => valuesAt(node, path).length > 0);
  const [first] = paths.flatMap((path) => valuesAt(node, path));
  if (first === undefined) return [];
  const names = paths.map((path) => `\`${path.split('/').at(-1) ?? path}\``);
  return [
    found('VNFD-PROPERTY-UNUSED', first.at, `Nothing in Berth depends on ${names.join(', ')} of \`${node.id}\`.`),
  ];
}

const unusedPolicies: readonly TypeRole[] = [
  'indicator',
  'link-initial-delta',
  'link-deltas',
  'link-levels',
  'neutral',
];

const checkPolicy = ({ id, type, at, builtIn }: Policy): readonly Finding[] =>
  unusedPolicies.includes(roleOf({ builtIn }))
    ? [found('VNFD-PROPERTY-UNUSED', at, `Nothing in Berth depends on the policy \`${id}\` (${type}).`)]
    : [];

/** What says something: neither null nor an empty collection, and not that something is switched off. */
function valuesAt(node: NodeTemplate, path: string): readonly YamlNode[] {
  const [first = '', ...rest] = path.split('/');
  const inCompute = first === 'virtual_compute';
  const start = inCompute ? computeOf(node) : node.properties;
  const keys = inCompute ? rest : [first, ...rest];
  return keys
    .reduce((nodes, key) => nodes.flatMap((each) => step(each, key)), start === undefined ? [] : [start as YamlNode])
    .filter((value) => !isNull(value) && !isEmpty(value) && boolOf(value) !== false);
}

function step(node: YamlNode, key: string): readonly YamlNode[] {
  if (key === '<id>') return entriesOf(node).map(([, value]) => value);
  if (key !== '*') return node.kind === 'map' ? [node.entries.get(key)].flatMap((value) => value ?? []) : [];
  return node.kind === 'list' ? itemsOf(node) : [node];
}

const isEmpty = (node: YamlNode): boolean =>
  node.kind === 'list' ? node.items.length === 0 : node.kind === 'map' && entriesOf(node).length === 0;
