/**
 * Descriptors that are none of a VNF: those of network services and physical functions (SOL001), and YANG ones (SOL006).
 * Read as a VNFD, each would be dozens of mistakes.
 */
import type { Finding, Place } from '../shared/finding.js';
import { found } from './finding-codes.js';
import type { ServiceTemplate } from '../tosca/service-templates.js';
import { child, entriesOf, textOf } from '../tosca/tree.js';

/** Node types at the root of a SOL001 descriptor, and what it is then. */
const roots: Readonly<Record<string, string>> = {
  'tosca.nodes.nfv.NS': 'a network service descriptor (NSD)',
  'tosca.nodes.nfv.PNF': 'a descriptor of a physical network function (PNFD)',
};

/** Keys at the top of YANG data without their module, and what it is then. */
const yang: Readonly<Record<string, string>> = {
  nfv: 'a descriptor in YANG (SOL006)',
  vnfd: 'a VNFD in YANG (SOL006)',
  nsd: 'a network service descriptor in YANG (SOL006)',
  pnfd: 'a descriptor of a physical network function in YANG (SOL006)',
  'vnfd-catalog': 'a VNFD catalogue in YANG',
  'nsd-catalog': 'a catalogue of network services in YANG',
};

/** `etsi-nfv-vnfd:vnfd` -> `vnfd` (RFC 7951 clause 4). */
const withoutModule = (key: string): string => key.replace(/^[A-Za-z_][\w.-]*:/, '');

/** Undefined when it may be a VNFD; the finding stands for all that would be said of the rest. */
export function otherDescriptor(entry: ServiceTemplate, templates: readonly ServiceTemplate[]): Finding | undefined {
  const { root } = entry;
  if (entry.toscaVersion === '') {
    const [key, node] = entriesOf(root).find(([name]) => Object.hasOwn(yang, withoutModule(name))) ?? [];
    if (key !== undefined && node !== undefined) {
      return other(node.at, yang[withoutModule(key)] ?? key, `the key \`${key}\``);
    }
  }
  for (const { type, at } of templates.flatMap(typesNamedBy)) {
    const what = roots[rootOf(type, templates)];
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

/** The type that it derives from; a descriptor has one or two of these steps. */
function rootOf(type: string, templates: readonly ServiceTemplate[]): string {
  let here = type;
  for (let steps = 0; steps < mostDerivations && !Object.hasOwn(roots, here); steps += 1) {
    here = parentOf(here, templates) ?? here;
  }
  return here;
}

const parentOf = (type: string, templates: readonly ServiceTemplate[]): string | undefined =>
  templates.flatMap(({ root }) => textOf(child(root, 'node_types', type, 'derived_from')) ?? [])[0];

const mostDerivations = 4;
