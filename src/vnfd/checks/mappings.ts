/**
 * Substitution mappings name connection points of the flavour, and the VNF can be reached.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import { perhapsNode, type FlavourSource } from '../flavour-source.js';
import { mappingsOf, unlinkedCps, type Mapping } from '../read-ext-cps.js';
import type { Flavour } from '../model.js';

export function checkMappings(source: FlavourSource, flavour: Flavour): readonly Finding[] {
  const mappings = mappingsOf(source);
  const mapped = new Set(mappings.map(({ target }) => target));
  return [
    ...mappings.flatMap((mapping) => checkMapping(mapping, source)),
    ...unlinkedCps(source)
      .filter((id) => !mapped.has(id))
      .map((id) => {
        const at = source.byId.get(id)?.at ?? source.at;
        return found('VNFD-CP-UNMAPPED', at, `\`${id}\` has neither a virtual link nor a mapping.`);
      }),
    ...(flavour.extCps.length > 0 || flavour.vdus.length === 0
      ? []
      : [found('VNFD-EXTCP-NONE', source.at, `The flavour \`${source.id}\` exposes no connection point.`)]),
  ];
}

function checkMapping({ requirement, target, node }: Mapping, source: FlavourSource): readonly Finding[] {
  if (target === undefined) {
    return [found('VNFD-MAPPING-EMPTY', node.at, `The mapping of \`${requirement}\` names no connection point.`)];
  }
  const role = source.byId.get(target)?.builtIn.role;
  // A virtual address may be exposed; that Berth makes none of it is said where the node stands.
  if (role === 'cp' || role === 'ext-cp' || role === 'vip-cp') return [];
  const meant = perhapsNode(source, target, 'cp', 'ext-cp', 'vip-cp');
  const message = `\`${requirement}\` is mapped to \`${target}\`, which is no connection point of this flavour${meant}.`;
  return [found('VNFD-MAPPING-UNKNOWN', node.at, message)];
}
