/**
 * Vdu.Compute (SOL001 clause 6.8.3): properties, the virtual_compute capability, image, storage in boot order.
 */
import type { FlavourSource } from './flavour-source.js';
import type { NodeTemplate } from '../tosca/node-templates.js';
import { readBootData } from './read-boot-data.js';
import { cellPolicies } from './read-cp.js';
import { readCpu } from './read-cpu.js';
import { readImage } from './read-image.js';
import { isSplit, withPageSizes } from './page-split.js';
import { readGuestCells, readMemory } from './read-memory.js';
import { readMonitoring } from './read-monitoring.js';
import { requirement, requirementsOf } from './requirements.js';
import { parseSize } from '../tosca/scalar-units.js';
import {
  boolOf,
  child,
  entriesOf,
  intOf,
  itemsOf,
  textMapOf,
  textOf,
  type YamlMap,
  type YamlNode,
} from '../tosca/tree.js';
import type { RequestedCapability, Vdu } from './model.js';
import { defined } from '../shared/defined.js';

export const computeOf = (node: NodeTemplate): YamlMap | undefined => node.capabilities.get('virtual_compute');

export function readVdu(node: NodeTemplate, source: FlavourSource): Vdu {
  const { properties } = node;
  const compute = computeOf(node);
  const requirements = requirementsOf(compute);
  const profile = child(properties, 'vdu_profile');
  const nfviConstraints = readConstraints(child(properties, 'nfvi_constraints'));
  const image = readImage(node, source);
  const bootData = readBootData(child(properties, 'boot_data'));
  const memory = readMemory(compute, requirements);
  const guestCells = readGuestCells(compute);
  const minInstances = intOf(child(profile, 'min_number_of_instances')) ?? 1;
  return {
    id: node.id,
    name: textOf(child(properties, 'name')) ?? node.id,
    description: textOf(child(properties, 'description')) ?? '',
    minInstances,
    maxInstances: intOf(child(profile, 'max_number_of_instances')) ?? minInstances,
    cpu: readCpu(compute, requirements),
    memory,
    guestCells: isSplit(memory) ? (withPageSizes(memory, guestCells) ?? guestCells) : guestCells,
    storageIds: node.requirements.flatMap(({ name, target }) =>
      name === 'virtual_storage' && target !== undefined ? [target] : [],
    ),
    localStorageBytes: readLocalStorage(compute),
    bootOrder: readBootOrder(child(properties, 'boot_order')),
    nfviConstraints,
    virtualisation: nfviConstraints['virtualisation'] === 'full' ? 'full' : 'para',
    requestedCapabilities: readCapabilities(child(compute, 'requested_additional_capabilities')),
    metadata: node.metadata,
    ...defined({ cellPolicy: cellPolicies[requirement(requirements, 'cellPolicy')?.toLowerCase() ?? ''] }),
    ...defined({ monitoring: readMonitoring(child(properties, 'monitoring_parameters')) }),
    ...defined({ image, bootData }),
  };
}

/** A map (2.7.1 and later), or a list of `key=value`, `key: value` or maps with one key. */
function readConstraints(node: YamlNode | undefined): Readonly<Record<string, string>> {
  if (node?.kind !== 'list') return textMapOf(node);
  return Object.fromEntries(
    node.items.flatMap((item) => {
      const text = textOf(item);
      if (text === undefined) return Object.entries(textMapOf(item));
      const [key = '', ...rest] = text.split(/[=:]/);
      return key.trim() === '' ? [] : [[key.trim(), rest.join(':').trim()]];
    }),
  );
}

/** Ephemeral disks of the VDU itself; the first is the size of its root disk. */
const readLocalStorage = (compute: YamlMap | undefined): readonly number[] =>
  itemsOf(child(compute, 'virtual_local_storage')).flatMap((item) => {
    const bytes = parseSize(textOf(child(item, 'size_of_storage')));
    return bytes === undefined ? [] : [bytes];
  });

/** A boolean, or before 2.7.1 a list of boot indexes: a list means that order matters. */
const readBootOrder = (node: YamlNode | undefined): boolean => boolOf(node) ?? itemsOf(node).length > 0;

/** Absent `support_mandatory` means false: packages that name only a VIM flavour leave it out. */
const readCapabilities = (node: YamlNode | undefined): readonly RequestedCapability[] =>
  entriesOf(node).map(([id, item]) => ({
    name: textOf(child(item, 'requested_additional_capability_name')) ?? id,
    mandatory: boolOf(child(item, 'support_mandatory')) ?? false,
    parameters: textMapOf(child(item, 'target_performance_parameters')),
  }));
