/**
 * Descriptors that are none of a VNF: those of network services and physical functions (SOL001), and YANG ones (SOL006).
 * Read as a VNFD, each would be dozens of mistakes.
 */
import type { Finding, Place } from '../shared/finding.js';
import { found } from './finding-codes.js';
import type { ServiceTemplate } from './service-templates.js';
import { child, entriesOf, textOf } from './tree.js';

/** Node types at the root of a SOL001 descriptor, and what it is then. */
const roots: Readonly<Record<string, string>> = {
  'tosca.nodes.nfv.NS': 'a network service descriptor (NSD)',
  'tosca.nodes.nfv.PNF': 'a descriptor of a physical network function (PNFD)',
};

/** Keys at the top of YANG data, and of forms that are like it. */
const yang: Readonly<Record<string, string>> = {
  nfv: 'a descriptor in YANG (SOL006)',
  'etsi-nfv-descriptors:nfv': 'a descriptor in YANG (SOL006)',
  vnfd: 'a VNFD in YANG (SOL006)',
  'vnfd:vnfd-catalog': 'a VNFD catalogue in YANG',
  'vnfd-catalog': 'a VNFD catalogue in YANG',
  nsd: 'a network service descriptor in YANG (SOL006)',
  'nsd:nsd-catalog': 'a catalogue of network services in YANG',
  'nsd-catalog': 'a catalogue of network services in YANG',
};

/** Undefined when it may be a VNFD; the finding stands for all that would be said of the rest. */
export function otherDescriptor(entry: ServiceTemplate): Finding | undefined {
  const { root } = entry;
  if (entry.toscaVersion === '') {
    const [key, node] = entriesOf(root).find(([name]) => Object.hasOwn(yang, name)) ?? [];
    if (key !== undefined && node !== undefined) return other(node.at, yang[key] ?? key, `the key \`${key}\``);
  }
  for (const { type, at } of typesNamedBy(entry)) {
    const what = roots[rootOf(type, entry)];
    if (what !== undefined) return other(at, what, `the type ${type}`);
  }
  return undefined;
}

const other = (at: Place, what: string, by: string): Finding =>
  found('VNFD-OTHER-DESCRIPTOR', at, `This is ${what}, as ${by} says.`);

/** Of what the topology stands in for, and of its nodes. */
function typesNamedBy({ root }: ServiceTemplate): readonly { readonly type: string; readonly at: Place }[] {
  const topology = child(root, 'topology_template');
  const named = [
    child(topology, 'substitution_mappings', 'node_type'),
    ...entriesOf(child(topology, 'node_templates')).map(([, node]) => child(node, 'type')),
  ];
  return named.flatMap((node) => {
    const type = textOf(node);
    return type === undefined || node === undefined ? [] : [{ type, at: node.at }];
  });
}

/** The type that it derives from through types of the same file; a descriptor has one or two of these. */
function rootOf(type: string, { root }: ServiceTemplate): string {
  let here = type;
  for (let steps = 0; steps < mostDerivations && !Object.hasOwn(roots, here); steps += 1) {
    here = textOf(child(root, 'node_types', here, 'derived_from')) ?? here;
  }
  return here;
}

const mostDerivations = 4;
