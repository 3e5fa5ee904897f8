/**
 * Every code of the descriptor: a VNFD with one mistake has that finding, and nothing else is said that is not meant.
 */
import { describe, expect, test } from '@jest/globals';
import { descriptorCodes } from '../../src/vnfd/finding-codes.js';
import { effectCases } from './effect-cases.js';
import { base, cases } from './finding-cases.js';
import { linkCases } from './link-cases.js';
import { pinningCases } from './pinning-cases.js';
import { slips } from './slip-cases.js';
import { bend, codesOf, marks, read, readFiles } from './read.js';

test('the base of these cases has no finding', () => {
  expect(read(base).findings).toEqual([]);
});

describe('a VNFD with', () => {
  test.each([...cases, ...pinningCases, ...effectCases, ...linkCases])('%s', (_, edits, expected) => {
    expect(codesOf(read(bend(base, ...edits)))).toEqual(expected);
  });
});

describe('a slip in', () => {
  test.each(slips)('%s', (_, edits, expected, words) => {
    const reading = read(bend(base, ...edits));
    expect(codesOf(reading)).toEqual(expected);
    expect(reading.findings.map(({ message }) => message).join('\n')).toContain(words);
  });
});

const several: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  ['an entry that is not in the package', {}, ['TOSCA-ENTRY-MISSING']],
  ['an empty entry', { 'vnfd.yaml': '# nothing' }, ['YAML-EMPTY']],
  ['an entry that is a list', { 'vnfd.yaml': '- a' }, ['TOSCA-NOT-A-TEMPLATE']],
  [
    'a hundred imports',
    {
      'vnfd.yaml': bend(base, [
        'imports:',
        `imports: [${Array.from({ length: 100 }, (_, n) => `f${n}.yaml`).join()}]\nx:`,
      ]),
      ...Object.fromEntries(
        Array.from({ length: 100 }, (_, n) => [`f${n}.yaml`, 'tosca_definitions_version: tosca_simple_yaml_1_3']),
      ),
    },
    ['TOSCA-IMPORT-LIMIT', 'TOSCA-KEY-UNKNOWN'],
  ],
  [
    'two flavours of one id',
    { 'vnfd.yaml': bend(base, ['imports:', 'imports:\n  - again.yaml']), 'again.yaml': base },
    ['VNFD-FLAVOUR-DUPLICATE'],
  ],
  [
    'a flavour without a VDU',
    {
      'vnfd.yaml': bend(base, ['imports:', 'imports:\n  - empty.yaml']),
      'empty.yaml': `tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  substitution_mappings: { node_type: tosca.nodes.nfv.VNF, properties: { flavour_id: none } }
  node_templates:
    l: { type: tosca.nodes.nfv.VnfVirtualLink, properties: { connectivity_type: { layer_protocols: [ipv4] }, vl_profile: {} } }
`,
    },
    ['VNFD-FLAVOUR-EMPTY'],
  ],
  ['a descriptor in YANG', { 'vnfd.yaml': 'nfv:\n  vnfd: []\n' }, ['VNFD-OTHER-DESCRIPTOR']],
  [
    'a VNFD in JSON as YANG has it',
    { 'vnfd.yaml': '{"etsi-nfv-vnfd:vnfd": [{"id": "x"}]}' },
    ['VNFD-OTHER-DESCRIPTOR'],
  ],
  ['a catalogue of a module', { 'vnfd.yaml': '{"project-nsd:nsd-catalog": {}}' }, ['VNFD-OTHER-DESCRIPTOR']],
  ['a PNFD in YANG', { 'vnfd.yaml': 'pnfd: []\n' }, ['VNFD-OTHER-DESCRIPTOR']],
  [
    'a physical function whose type is in another file',
    {
      'vnfd.yaml': bend(
        base,
        ['imports:', 'imports:\n  - types.yaml'],
        ['type: example.Minimal', 'type: example.Radio'],
      ),
      'types.yaml':
        'tosca_definitions_version: tosca_simple_yaml_1_3\nnode_types: { example.Radio: { derived_from: tosca.nodes.nfv.PNF } }',
    },
    ['VNFD-OTHER-DESCRIPTOR'],
  ],
  [
    'a network service whose topology is in another file',
    {
      'vnfd.yaml': 'tosca_definitions_version: tosca_simple_yaml_1_3\nimports: [ns.yaml]',
      'ns.yaml':
        '{"tosca_definitions_version": "tosca_simple_yaml_1_3", "topology_template": {"node_templates": {"ns": {"type": "tosca.nodes.nfv.NS"}}}}',
    },
    ['VNFD-OTHER-DESCRIPTOR'],
  ],
  ['a VNFD of another orchestrator', { 'vnfd.yaml': 'vnfd:\n  id: x\n' }, ['VNFD-OTHER-DESCRIPTOR']],
];

describe('a package with', () => {
  test.each(several)('%s', (_, files, expected) => {
    expect(codesOf(readFiles(files, 'vnfd.yaml'))).toEqual(expected);
  });
});

test('every code of the descriptor has a case here', () => {
  const shown = new Set(
    [...cases, ...pinningCases, ...effectCases, ...linkCases, ...slips, ...several].flatMap(
      ([, , expected]) => expected,
    ),
  );
  expect(Object.keys(descriptorCodes).filter((code) => !shown.has(code))).toEqual([]);
});

const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;

test('a finding says where, what and what to do', () => {
  const text = bend(base, ['virtual_binding: vdu', 'virtual_binding: nobody']);
  expect(read(text).findings[0]).toEqual({
    severity: 'error',
    code: 'VNFD-CP-UNBOUND',
    file: 'vnfd.yaml',
    line: lineOf(text, 'virtual_binding'),
    column: 28,
    path: 'topology_template/node_templates/outside/requirements/0/virtual_binding',
    message: '`outside` is bound to `nobody`, which is no VDU of this flavour.',
    fix: 'Add the requirement `virtual_binding` with the name of a VDU.',
  });
});

test('all mistakes are told, not only the first', () => {
  const text = bend(base, ['num_virtual_cpu: 1', 'num_virtual_cpu: many'], ['targets: [pair]', 'targets: [x]']);
  expect(marks(read(text))).toEqual([
    `TOSCA-PROPERTY-VALUE ${lineOf(text, 'num_virtual_cpu')}`,
    `VNFD-AFFINITY-TARGET-UNKNOWN ${lineOf(text, 'targets: [x]')}`,
  ]);
});
