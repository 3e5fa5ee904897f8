/**
 * Storage nodes (SOL001 clauses 6.8.4 to 6.8.6). Only block storage runs; the others are read to be refused by name.
 */
import type { FlavourSource } from './flavour-source.js';
import type { NodeTemplate } from '../tosca/node-templates.js';
import { readImage } from './read-image.js';
import { parseSize } from '../tosca/scalar-units.js';
import { boolOf, child, textMapOf, textOf } from '../tosca/tree.js';
import type { VirtualStorage } from './model.js';
import { withRole } from './roles.js';
import { defined } from '../shared/defined.js';

const kinds = [
  ['block-storage', 'block', 'virtual_block_storage_data', 'size_of_storage'],
  ['object-storage', 'object', 'virtual_object_storage_data', 'max_size_of_storage'],
  ['file-storage', 'file', 'virtual_file_storage_data', 'size_of_storage'],
] as const;

export const readStorages = (source: FlavourSource): readonly VirtualStorage[] =>
  kinds.flatMap(([role, kind, section, size]) =>
    withRole(source.nodes, role).map((node) => readStorage(node, source, kind, section, size)),
  );

function readStorage(
  node: NodeTemplate,
  source: FlavourSource,
  kind: VirtualStorage['kind'],
  section: string,
  sizeKey: string,
): VirtualStorage {
  const data = child(node.properties, section);
  const image = readImage(node, source);
  return {
    id: node.id,
    kind,
    sizeBytes: parseSize(textOf(child(data, sizeKey))) ?? 0,
    perVnfcInstance: boolOf(child(node.properties, 'per_vnfc_instance')) ?? true,
    requirements: textMapOf(child(data, 'vdu_storage_requirements')),
    ...defined({ image }),
  };
}
