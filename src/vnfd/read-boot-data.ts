/**
 * Boot data (SOL001 clause 6.2.51). Functions stay in it: inputs get their values when a VNFC is instantiated.
 */
import { functionOf } from '../tosca/functions.js';
import { child, entriesOf, isNull, plain, textOf, type YamlNode } from '../tosca/tree.js';
import type { BootData } from './model.js';
import { defined } from '../shared/defined.js';

/** BootData (2.7.1 and later), a bare string (2.5.1, 2.6.1), or `{ get_input: user_data }` for the whole. */
export function readBootData(node: YamlNode | undefined): BootData | undefined {
  if (node === undefined || isNull(node)) return undefined;
  if (node.kind !== 'map' || functionOf(node) !== undefined) return { content: plain(node), kvp: {} };
  const file = child(node, 'content_or_file_data');
  const destinationPath = textOf(child(file, 'destination_path'));
  const kvp = child(node, 'kvp_data', 'data') ?? child(node, 'kvp_data') ?? child(file, 'data');
  return {
    content: plain(child(file, 'content')),
    kvp: Object.fromEntries(entriesOf(kvp).map(([key, value]) => [key, plain(value)])),
    ...defined({ sourcePath: textOf(child(file, 'source_path')) }),
    ...defined({ destinationPath }),
  };
}
