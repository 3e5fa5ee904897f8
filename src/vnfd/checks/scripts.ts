/**
 * Lifecycle scripts of the VNF node are not run (SOL001 clause 6.7): said, because the vendor may count on them.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import type { FlavourSource } from '../flavour-source.js';
import { scriptNodes } from '../read-beside.js';
import { withRole } from '../roles.js';

export const checkScripts = (source: FlavourSource): readonly Finding[] =>
  withRole(source.nodes, 'vnf')
    .flatMap(scriptNodes)
    .map(({ operation, script, node }) => {
      const message = `The operation \`${operation}\` runs \`${script}\`, which Berth does not.`;
      return found('VNFD-SCRIPT-IGNORED', node.at, message);
    });
