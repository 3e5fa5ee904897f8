/**
 * Lifecycle scripts of the VNF node are not run (SOL001 clause 6.7): said, because the vendor may count on them.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import type { FlavourSource } from '../flavour-source.js';
import { withRole } from '../node-templates.js';
import { child, entriesOf, textOf, type YamlNode } from '../tree.js';

export const checkScripts = (source: FlavourSource): readonly Finding[] =>
  withRole(source.nodes, 'vnf').flatMap((vnf) => {
    const vnflcm = child(vnf.interfaces, 'Vnflcm');
    return [...entriesOf(vnflcm), ...entriesOf(child(vnflcm, 'operations'))]
      .filter(([name, operation]) => name !== 'type' && scriptOf(operation) !== undefined)
      .map(([name, operation]) => {
        const message = `The operation \`${name}\` runs \`${scriptOf(operation) ?? ''}\`, which Berth does not.`;
        return found('VNFD-SCRIPT-IGNORED', operation.at, message);
      });
  });

/** `path`, `{ implementation: path }` or `{ implementation: { primary: path } }`. */
function scriptOf(operation: YamlNode): string | undefined {
  const implementation = child(operation, 'implementation');
  return textOf(operation) ?? textOf(implementation) ?? textOf(child(implementation, 'primary'));
}
