/**
 * Scaling aspects: several on one VDU, steps of different sizes, and levels that put them together.
 */
import { expect, test } from '@jest/globals';
import { instancesAt } from '../../src/vnfd/instance-count.js';
import { bend, codesOf, flavourOf, minimal, read } from './read.js';

const policies = `
  policies:
    aspects:
      type: tosca.policies.nfv.ScalingAspects
      properties:
        aspects:
          users: { name: users, description: d, max_scale_level: 3, step_deltas: [small, small, large] }
          storms: { name: storms, description: d, max_scale_level: 2, step_deltas: [burst] }
    initial:
      type: tosca.policies.nfv.VduInitialDelta
      properties: { initial_delta: { number_of_instances: 2 } }
      targets: [vdu]
    of_users:
      type: tosca.policies.nfv.VduScalingAspectDeltas
      properties: { aspect: users, deltas: { small: { number_of_instances: 1 }, large: { number_of_instances: 4 } } }
      targets: [vdu]
    of_storms:
      type: tosca.policies.nfv.VduScalingAspectDeltas
      properties: { aspect: storms, deltas: { burst: { number_of_instances: 3 } } }
      targets: [vdu]
    levels:
      type: tosca.policies.nfv.InstantiationLevels
      properties:
        levels:
          calm: { description: least, scale_info: { users: { scale_level: 0 }, storms: { scale_level: 0 } } }
          busy: { description: some, scale_info: { users: { scale_level: 3 }, storms: { scale_level: 1 } } }
        default_level: calm
    vdu_levels:
      type: tosca.policies.nfv.VduInstantiationLevels
      properties: { levels: { calm: { number_of_instances: 2 }, busy: { number_of_instances: 11 } } }
      targets: [vdu]
`;
const text = bend(minimal('3.3.1'), ['max_number_of_instances: 1', 'max_number_of_instances: 14']) + policies;

test('several aspects of one VDU add up, with its initial delta once', () => {
  expect(read(text).findings).toEqual([]);
  const flavour = flavourOf(text);
  const [vdu] = flavour.vdus;
  const at = (users: number, storms: number): number => instancesAt(flavour, vdu!, { users, storms });
  expect([at(0, 0), at(1, 0), at(2, 0), at(3, 0), at(0, 1), at(0, 2), at(3, 1), at(3, 2)]).toEqual([
    2, 3, 4, 8, 5, 8, 11, 14,
  ]);
});

test.each([
  ['busy: { number_of_instances: 11 }', 'busy: { number_of_instances: 10 }', ['VNFD-LEVEL-DISAGREES']],
  ['max_number_of_instances: 14', 'max_number_of_instances: 13', ['VNFD-SCALE-BOUNDS']],
  ['storms: { scale_level: 1 }', 'storms: { scale_level: 3 }', ['VNFD-LEVEL-SCALE-BOUNDS', 'VNFD-LEVEL-DISAGREES']],
  ['storms: { scale_level: 1 }', 'winds: { scale_level: 1 }', ['VNFD-ASPECT-UNKNOWN', 'VNFD-LEVEL-DISAGREES']],
  [
    'step_deltas: [small, small, large]',
    'step_deltas: [small, large]',
    ['VNFD-DELTAS-COUNT', 'VNFD-SCALE-BOUNDS', 'VNFD-LEVEL-DISAGREES'],
  ],
])('with %s as %s it does not add up', (from, to, expected) => {
  expect(codesOf(read(bend(text, [from, to])))).toEqual(expected);
});
