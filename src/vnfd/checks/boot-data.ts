/**
 * Boot data reaches the guest from the descriptor alone (SOL001 clause 6.2.51): a file named instead of content would
 * leave the guest without configuration, silently.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import type { FlavourSource } from '../flavour-source.js';
import { child, isNull, textOf } from '../../tosca/tree.js';
import { withRole } from '../roles.js';

export const checkBootData = (source: FlavourSource): readonly Finding[] =>
  withRole(source.nodes, 'vdu').flatMap((node) => {
    const data = child(node.properties, 'boot_data', 'content_or_file_data');
    const file = child(data, 'source_path');
    if (file === undefined || isNull(file) || !isNull(child(data, 'content'))) return [];
    const message = `The boot data of \`${node.id}\` is the file \`${textOf(file) ?? ''}\`.`;
    return [found('VNFD-BOOT-DATA-FILE', file.at, message)];
  });
