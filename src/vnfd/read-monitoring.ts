/**
 * Monitoring parameters (SOL001 clause 6.2.27): a list, or from 3.5.1 a map by id.
 */
import { parseTime } from '../tosca/scalar-units.js';
import { child, entriesOf, itemsOf, textOf, type YamlNode } from '../tosca/tree.js';
import type { MonitoringParameter } from './model.js';
import { defined } from '../shared/defined.js';

/** Undefined when there are none. An entry of a list is called by its name. */
export function readMonitoring(node: YamlNode | undefined): readonly MonitoringParameter[] | undefined {
  const named =
    node?.kind === 'list' ? itemsOf(node).map((item, index) => [String(index), item] as const) : entriesOf(node);
  const parameters = named.flatMap(([key, item]) => {
    const metric = textOf(child(item, 'performance_metric'));
    if (metric === undefined) return [];
    const name = textOf(child(item, 'name'));
    const id = node?.kind === 'list' ? (name ?? key) : key;
    const periodS = parseTime(textOf(child(item, 'collection_period')));
    return [{ id, metric, ...defined({ name }), ...defined({ periodS }) }];
  });
  return parameters.length === 0 ? undefined : parameters;
}
