/**
 * Mistakes about internal links, and descriptors that are none of a VNF: what is done to the base of `finding-cases.ts`,
 * and all codes that it then has.
 */
import { cpRequirement, link, node } from './finding-cases.js';
import type { Edit } from './read.js';

const extCp = (id: string): string =>
  `${id}: { type: tosca.nodes.nfv.VnfExtCp, properties: { layer_protocols: [ipv4] }, requirements: [{ internal_virtual_link: l }] }`;

export const linkCases: readonly (readonly [string, readonly Edit[], readonly string[]])[] = [
  [
    'a rule on links',
    [['members: [vdu]', 'members: [l]'], node(link), cpRequirement('virtual_link: l')],
    ['VNFD-AFFINITY-LINK-IGNORED'],
  ],
  [
    'two external connection points on one internal link',
    [node(link), cpRequirement('virtual_link: l'), node(extCp('x')), node(extCp('y'))],
    ['VNFD-EXTCP-LINK-SHARED'],
  ],
  [
    'instances that are kept apart and share an internal link',
    [
      node(link),
      cpRequirement('virtual_link: l'),
      ['min_number_of_instances: 1', 'min_number_of_instances: 2'],
      ['max_number_of_instances: 3', 'max_number_of_instances: 4'],
      ['initial_delta: { number_of_instances: 1 }', 'initial_delta: { number_of_instances: 2 }'],
      [
        '{ low: { number_of_instances: 1 }, high: { number_of_instances: 3 }',
        '{ low: { number_of_instances: 2 }, high: { number_of_instances: 4 }',
      ],
    ],
    ['VNFD-AFFINITY-LINK-APART'],
  ],
  [
    'instances that are kept apart on an internal link, more at scale level 0 than the profile wants',
    [
      node(link),
      cpRequirement('virtual_link: l'),
      ['initial_delta: { number_of_instances: 1 }', 'initial_delta: { number_of_instances: 2 }'],
      ['max_number_of_instances: 3', 'max_number_of_instances: 4'],
      [
        '{ low: { number_of_instances: 1 }, high: { number_of_instances: 3 }',
        '{ low: { number_of_instances: 2 }, high: { number_of_instances: 4 }',
      ],
    ],
    ['VNFD-AFFINITY-LINK-APART'],
  ],
  ['the type of a network service', [['type: example.Minimal', 'type: tosca.nodes.nfv.NS']], ['VNFD-OTHER-DESCRIPTOR']],
  [
    'a VNF type that is derived from that of a physical function',
    [['derived_from: tosca.nodes.nfv.VNF', 'derived_from: tosca.nodes.nfv.PNF']],
    ['VNFD-OTHER-DESCRIPTOR'],
  ],
];
