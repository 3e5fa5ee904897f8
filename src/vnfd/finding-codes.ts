/**
 * Every code of a finding about YAML, TOSCA or the VNFD. docs/findings.md is generated from this table; a code never
 * changes its meaning once released. How to add one: docs/changing/new-finding.md.
 */
import { findingsOf, type FindingKind } from '../shared/finding.js';
import { effectCodes } from './effect-codes.js';
import { toscaCodes } from '../tosca/finding-codes.js';

const unsupported = {
  'VNFD-NODE-UNSUPPORTED': {
    severity: 'error',
    meaning: 'A node has a type that Berth does not run, such as a container.',
    fix: 'Describe the function with Vdu.Compute, or onboard it where such nodes run.',
  },
  'VNFD-VNIC-UNSUPPORTED': {
    severity: 'error',
    meaning: 'A connection point asks for a kind of interface that Berth cannot give (baremetal, smart-nic, …).',
    fix: 'Use normal, macvtap, direct, direct-physical or virtio-forwarder.',
  },
  'VNFD-LAYER-UNSUPPORTED': {
    severity: 'error',
    meaning: 'A link or connection point is of a layer that no Ethernet network carries (odu2, pseudo-wire).',
    fix: 'Use ethernet, ipv4, ipv6 or mpls.',
  },
  'VNFD-INTERFACE-UNSUPPORTED': {
    severity: 'error',
    meaning: '`interfaceType` names a network card that Berth cannot emulate or pass through.',
    fix: 'Use virtio, E1000, RTL8139, SR-IOV or PCI-Passthrough.',
  },
  'VNFD-STORAGE-UNSUPPORTED': {
    severity: 'error',
    meaning: 'The VNF needs object or file storage, which Berth does not provide.',
    fix: 'Use Vdu.VirtualBlockStorage.',
  },
  'VNFD-STORAGE-SHARED': {
    severity: 'error',
    meaning: 'A volume is to be shared by several instances; Berth gives each instance one of its own.',
    fix: 'Set `per_vnfc_instance: true`, or permit one instance only.',
  },
  'VNFD-IMAGE-FORMAT-UNSUPPORTED': {
    severity: 'error',
    meaning: 'A software image is neither a bare qcow2 nor a bare raw disk.',
    fix: 'Convert the image to qcow2 (`qemu-img convert -O qcow2`).',
  },
  'VNFD-BOOT-DATA-FILE': {
    severity: 'error',
    meaning: 'Boot data names a file (`source_path`); Berth gives a guest only what stands in the descriptor.',
    fix: 'Put the text into `content_or_file_data.content`.',
  },
  'VNFD-SCRIPT-IGNORED': {
    severity: 'warning',
    meaning: 'A lifecycle operation names a script; Berth runs no code from packages.',
    fix: 'Move the work into the guest (boot data, guest agent) or leave the operation empty.',
  },
} as const satisfies Record<string, FindingKind>;

const identity = {
  'VNFD-VNF-MISSING': {
    severity: 'error',
    meaning: 'No node template has a type derived from tosca.nodes.nfv.VNF.',
    fix: 'Add the VNF node template to the entry definitions.',
  },
  'VNFD-OTHER-DESCRIPTOR': {
    severity: 'error',
    meaning: 'The entry definitions are no VNFD of SOL001: a network service, a physical function, or YANG (SOL006).',
    fix: 'Onboard the package of the VNF, with a VNFD in TOSCA as SOL001 defines it.',
  },
  'VNFD-VNF-SEVERAL': {
    severity: 'error',
    meaning: 'More than one node template of one topology is a VNF.',
    fix: 'Keep one VNF node per topology template.',
  },
  'VNFD-FLAVOUR-MISSING': {
    severity: 'error',
    meaning: 'The VNFD has no deployment flavour: no topology with a VDU.',
    fix: 'Import one file per flavour, with `substitution_mappings` and `flavour_id`.',
  },
  'VNFD-FLAVOUR-EMPTY': {
    severity: 'error',
    meaning: 'A deployment flavour has no VDU: an instance of it would be nothing.',
    fix: 'Add a Vdu.Compute to its topology, or remove the flavour.',
  },
  'VNFD-FLAVOUR-UNNAMED': {
    severity: 'warning',
    meaning: 'A flavour has no `flavour_id`; Berth calls it `default`.',
    fix: 'Set `properties.flavour_id` in `substitution_mappings`.',
  },
  'VNFD-FLAVOUR-DUPLICATE': {
    severity: 'error',
    meaning: 'Two topologies have the same `flavour_id`.',
    fix: 'Give each flavour its own id.',
  },
} as const satisfies Record<string, FindingKind>;

const references = {
  'VNFD-CP-UNBOUND': {
    severity: 'error',
    meaning: 'A connection point is bound to no VDU of its flavour.',
    fix: 'Add the requirement `virtual_binding` with the name of a VDU.',
  },
  'VNFD-CP-LINK-UNKNOWN': {
    severity: 'error',
    meaning: 'A connection point refers to a virtual link that its flavour does not have.',
    fix: 'Correct the name in `virtual_link`, or add the VnfVirtualLink.',
  },
  'VNFD-CP-UNMAPPED': {
    severity: 'warning',
    meaning: 'A connection point has no virtual link and no substitution mapping; Berth treats it as external.',
    fix: 'Map it under `substitution_mappings.requirements`.',
  },
  'VNFD-CP-ORDER': {
    severity: 'warning',
    meaning: 'Two connection points of a VDU have the same `order`; Berth then orders them by name.',
    fix: 'Give each connection point of a VDU its own `order`.',
  },
  'VNFD-MAPPING-UNKNOWN': {
    severity: 'error',
    meaning: 'A substitution mapping names a node that is no connection point of the flavour.',
    fix: 'Write `requirement: [ <connection point>, virtual_link ]`.',
  },
  'VNFD-MAPPING-EMPTY': {
    severity: 'warning',
    meaning: 'A substitution mapping names no connection point.',
    fix: 'Name the connection point or remove the mapping.',
  },
  'VNFD-EXTCP-NONE': {
    severity: 'warning',
    meaning: 'The flavour exposes no connection point: nothing outside can reach it.',
    fix: 'Map a connection point under `substitution_mappings.requirements`.',
  },
  'VNFD-EXTCP-LINK-SHARED': {
    severity: 'warning',
    meaning:
      'Several external connection points lead to one internal link. Berth joins an internal link to one network, so only one of them can be connected.',
    fix: 'Give each its own internal link, or connect one of them when the VNF is instantiated.',
  },
  'VNFD-VIP-TARGET-UNKNOWN': {
    severity: 'error',
    meaning: 'A virtual address (VipCp) belongs to what is no connection point of the flavour.',
    fix: 'Correct the name in `target`, or add the VduCp.',
  },
  'VNFD-SUBPORT-TRUNK': {
    severity: 'error',
    meaning: 'A sub-port (VduSubCp) does not hang on a connection point with `trunk_mode: true`.',
    fix: 'Name the VduCp in `trunk_port` and set its `trunk_mode`.',
  },
  'VNFD-STORAGE-UNKNOWN': {
    severity: 'error',
    meaning: 'A VDU attaches a storage that its flavour does not have.',
    fix: 'Correct the name in `virtual_storage`, or add the storage node.',
  },
  'VNFD-VDU-NO-IMAGE': {
    severity: 'error',
    meaning: 'A VDU has no software image, and no storage that it attaches has one: it cannot boot.',
    fix: 'Add an artifact of type tosca.artifacts.nfv.SwImage.',
  },
  'VNFD-IMAGE-INCOMPLETE': {
    severity: 'error',
    meaning: 'An image artifact has a file and no data about it: neither checksum nor format nor disk size.',
    fix: 'Give the data in `properties` of the SwImage artifact or in `sw_image_data` of the node.',
  },
  'VNFD-AFFINITY-TARGET-UNKNOWN': {
    severity: 'error',
    meaning: 'An affinity rule or placement group names neither a VDU, a virtual link nor a group.',
    fix: 'Correct the name in `targets` or `members`.',
  },
  'VNFD-AFFINITY-LINK-APART': {
    severity: 'warning',
    meaning:
      'An anti-affinity rule keeps apart VNFCs that share an internal link. An internal link is a network of one host, so they are never placed unless the link is connected from outside.',
    fix: 'Expose the link by a VnfExtCp and connect it, or drop the rule.',
  },
  'VNFD-AFFINITY-LINK-IGNORED': {
    severity: 'warning',
    meaning: 'An affinity rule binds virtual links; Berth places only VDUs.',
    fix: 'Check that the VNF does not depend on it.',
  },
} as const satisfies Record<string, FindingKind>;

const resources = {
  'VNFD-PROFILE-BOUNDS': {
    severity: 'error',
    meaning: '`min_number_of_instances` is above `max_number_of_instances`.',
    fix: 'Exchange the two values.',
  },
  'VNFD-CELLS-SUM': {
    severity: 'error',
    meaning: 'Guest NUMA cells do not add up to the vCPUs or memory of the VDU.',
    fix: 'Let numberCpu and localNumaMemorySize of all logical nodes add up.',
  },
  'VNFD-CELLS-INCOMPLETE': {
    severity: 'error',
    meaning: 'A logical node has numberCpu without localNumaMemorySize, or the reverse.',
    fix: 'Give both, or neither.',
  },
  'VNFD-HUGEPAGES-SUM': {
    severity: 'error',
    meaning: '`huge_pages_requirements` ask for more than the memory of the VDU.',
    fix: 'Lower requested_size or raise virtual_mem_size.',
  },
  'VNFD-HUGEPAGES-SPLIT': {
    severity: 'error',
    meaning: 'Memory is split between page sizes, and no guest cells carry the parts: a guest cell has one page size.',
    fix: 'Give logical nodes whose localNumaMemorySize add up to each requested_size, or ask for one size and all memory.',
  },
  'VNFD-REQUIREMENT-IGNORED': {
    severity: 'warning',
    meaning: 'A hardware requirement is one that Berth does not act on.',
    fix: 'Check that the VNF does not depend on it.',
  },
  'VNFD-PAGE-SIZE': {
    severity: 'error',
    meaning: 'A page size is none that can be read.',
    fix: 'Write `2 MB`, `1 GB`, `large`, `any` or `small`.',
  },
  'VNFD-REQUIREMENT-VALUE': {
    severity: 'error',
    meaning: 'A hardware requirement (CPU or memory) has a value outside of the registry.',
    fix: 'Use one of the values that the message lists.',
  },
  'VNFD-PINNING-RULE': {
    severity: 'error',
    meaning: 'A `virtual_cpu_pinning_rule` cannot be read, contradicts another, or names CPUs only for a part.',
    fix: 'Write `0-3: 8-11` (vCPUs: host CPUs), `0-3`, `0: shared` or `emulator: 4`, as docs/placement.md has it.',
  },
  'VNFD-REALTIME': {
    severity: 'error',
    meaning: 'Real-time vCPUs are not dedicated, leave nothing for QEMU’s own threads, or their mask cannot be read.',
    fix: 'Use `hw:cpu_policy: dedicated` and a mask such as `^0`, or isolate the emulator threads.',
  },
  'VNFD-DISK-TOO-SMALL': {
    severity: 'error',
    meaning: 'A disk is smaller than the `min_disk` of the image that fills it.',
    fix: 'Raise size_of_storage.',
  },
  'VNFD-MEMORY-TOO-SMALL': {
    severity: 'error',
    meaning: 'A VDU has less memory than the `min_ram` of its image.',
    fix: 'Raise virtual_mem_size.',
  },
} as const satisfies Record<string, FindingKind>;

const scaling = {
  'VNFD-POLICY-TARGET-UNKNOWN': {
    severity: 'error',
    meaning: 'A policy targets what it cannot apply to: no VDU, virtual link or connection point of the flavour.',
    fix: 'Correct the name in `targets`.',
  },
  'VNFD-ASPECT-UNKNOWN': {
    severity: 'error',
    meaning: 'A policy names a scaling aspect that ScalingAspects does not define.',
    fix: 'Define the aspect or correct its name.',
  },
  'VNFD-ASPECT-UNUSED': {
    severity: 'warning',
    meaning: 'A scaling aspect changes no VDU and no virtual link.',
    fix: 'Add a VduScalingAspectDeltas policy for it, or remove the aspect.',
  },
  'VNFD-DELTA-UNKNOWN': {
    severity: 'error',
    meaning: '`step_deltas` names a delta that a VDU of the aspect does not define.',
    fix: 'Define the delta in VduScalingAspectDeltas or correct its name.',
  },
  'VNFD-DELTA-UNUSED': {
    severity: 'warning',
    meaning: 'A delta is in no `step_deltas` of its aspect.',
    fix: 'Name it in `step_deltas` or remove it.',
  },
  'VNFD-DELTAS-COUNT': {
    severity: 'warning',
    meaning: '`step_deltas` has neither one entry nor one per step; Berth repeats the last.',
    fix: 'Give one entry, or `max_scale_level` entries.',
  },
  'VNFD-SCALE-BOUNDS': {
    severity: 'error',
    meaning: 'A scale level gives a VDU more or fewer instances than its vdu_profile permits.',
    fix: 'Change the deltas, max_scale_level or vdu_profile.',
  },
  'VNFD-LEVEL-UNKNOWN': {
    severity: 'error',
    meaning: 'A policy names an instantiation level that InstantiationLevels does not define.',
    fix: 'Define the level or correct its name.',
  },
  'VNFD-LEVEL-DEFAULT-MISSING': {
    severity: 'warning',
    meaning: 'There are several instantiation levels and no `default_level`; Berth takes the first.',
    fix: 'Set `default_level`.',
  },
  'VNFD-LEVEL-SCALE-BOUNDS': {
    severity: 'error',
    meaning: 'A level puts an aspect above its `max_scale_level`.',
    fix: 'Lower scale_level or raise max_scale_level.',
  },
  'VNFD-LEVEL-DISAGREES': {
    severity: 'error',
    meaning: 'VduInstantiationLevels and the scale_info of a level give a VDU different numbers of instances.',
    fix: 'Let number_of_instances equal the initial delta plus the steps of each aspect.',
  },
  'VNFD-LEVEL-BOUNDS': {
    severity: 'error',
    meaning: 'A level gives a VDU more or fewer instances than its vdu_profile permits.',
    fix: 'Change number_of_instances or vdu_profile.',
  },
} as const satisfies Record<string, FindingKind>;

const table = {
  ...toscaCodes,
  ...unsupported,
  ...identity,
  ...references,
  ...resources,
  ...scaling,
  ...effectCodes,
};

export type DescriptorCode = keyof typeof table;

export const descriptorCodes: Readonly<Record<DescriptorCode, FindingKind>> = table;

export const found = findingsOf<DescriptorCode>(descriptorCodes);
