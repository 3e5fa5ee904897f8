/**
 * `lcm_operations_configuration` of the VNF node (SOL001 clause 6.2.21): the flavour's own, else the entry template's.
 */
import type { FlavourSource } from './flavour-source.js';
import { parseTime } from '../tosca/scalar-units.js';
import { boolOf, child, textOf, textsOf } from '../tosca/tree.js';
import type { LcmOperationsConfiguration } from './model.js';
import { withRole } from './roles.js';
import { defined } from '../shared/defined.js';

export function readLcmConfig(source: FlavourSource): LcmOperationsConfiguration {
  const own = withRole(source.nodes, 'vnf')[0]?.properties;
  const config =
    child(own, 'lcm_operations_configuration') ?? child(source.topVnf?.properties, 'lcm_operations_configuration');
  const stop = parseTime(textOf(child(config, 'operate', 'min_graceful_stop_timeout')));
  const terminate = parseTime(textOf(child(config, 'terminate', 'max_recommended_graceful_termination_timeout')));
  return {
    scalingByMoreThanOneStep: boolOf(child(config, 'scale', 'scaling_by_more_than_one_step_supported')) ?? false,
    arbitraryTargetLevels: boolOf(child(config, 'scale_to_level', 'arbitrary_target_levels_supported')) ?? false,
    healCauses: textsOf(child(config, 'heal', 'causes')),
    ...defined({ minGracefulStopTimeoutS: stop, maxRecommendedGracefulTerminationTimeoutS: terminate }),
  };
}
