/**
 * What types of the package bring to their nodes: defaults, constraints, artifacts.
 */
import { describe, expect, test } from '@jest/globals';
import { bend, codesOf, flavourOf, minimal, read, type Edit } from './read.js';

const vduType = (definition: string): readonly Edit[] => [
  [
    'topology_template:',
    `  example.Vdu:\n    derived_from: tosca.nodes.nfv.Vdu.Compute\n    ${definition}\ntopology_template:`,
  ],
  ['type: tosca.nodes.nfv.Vdu.Compute', 'type: example.Vdu'],
];

test('an artifact of the type is that of the node, unless it has one of that name', () => {
  const image = /\n {6}artifacts:\n(?:.*\n){11}/.exec(minimal('3.3.1'))?.[0] ?? '';
  const text = bend(minimal('3.3.1'), [image, '\n'], ...vduType(image.trim().replaceAll('\n      ', '\n    ')));
  expect(read(text).findings).toEqual([]);
  expect(flavourOf(text).vdus[0]?.image).toMatchObject({ name: 'system', file: 'Files/system.qcow2' });
  const own = bend(
    minimal('3.3.1'),
    ...vduType('artifacts: { sw_image: { type: tosca.artifacts.nfv.SwImage, file: x } }'),
  );
  expect(flavourOf(own).vdus[0]?.image?.file).toBe('Files/system.qcow2');
});

describe('a constraint', () => {
  test.each([
    ['valid_values: [a, one]', 'one', true],
    ['valid_values: [a, b]', 'one', false],
    ['equal: 3', '3', true],
    ['equal: 3', '4', false],
    ['greater_than: 3', '4', true],
    ['greater_than: 3', '3', false],
    ['greater_or_equal: 3', '3', true],
    ['greater_or_equal: 3', '2', false],
    ['less_than: 3', '2', true],
    ['less_than: 3', '3', false],
    ['less_or_equal: 3', '3', true],
    ['less_or_equal: 3', '4', false],
    ['in_range: [1, 3]', '3', true],
    ['in_range: [1, 3]', '0', false],
    ['in_range: [1, UNBOUNDED]', '30', true],
    ['in_range: [1, UNBOUNDED]', '0', false],
    ['in_range: 4', '9', true],
    ['length: 3', 'abc', true],
    ['length: 3', '[a, b]', false],
    ['min_length: 2', 'ab', true],
    ['min_length: 2', 'a', false],
    ['max_length: 2', '[a, b]', true],
    ['max_length: 2', 'abc', false],
    ['greater_than: 3', 'many', true],
    ['pattern: (a+)+b', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', true],
    ['constructor: 3', '4', true],
  ])('%s on %s holds: %s', (constraint, value, holds) => {
    const text = bend(
      minimal('3.3.1'),
      ...vduType(`properties: { mine: { type: x, constraints: [ ${constraint} ] } }`),
      ['boot_order: false', `boot_order: false\n        mine: ${value}`],
    );
    const broken = codesOf(read(text)).filter((code) => code !== 'YAML-KEY');
    expect(broken).toEqual(holds ? [] : ['TOSCA-VALUE-NOT-ALLOWED']);
  });
});
