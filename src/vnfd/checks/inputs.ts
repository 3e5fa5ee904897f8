/**
 * `get_input` must name an input that the topology declares; other functions in boot data are not evaluated.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import type { FlavourSource } from '../flavour-source.js';
import { callsIn, functionOf, inputNameOf } from '../../tosca/functions.js';
import { perhaps } from '../../shared/suggest.js';
import { child, type YamlMap } from '../../tosca/tree.js';

export const checkInputs = (source: FlavourSource): readonly Finding[] => [
  ...['node_templates', 'policies'].flatMap((section) =>
    callsIn(child(source.topology, section)).flatMap((call) => checkDeclared(call, source)),
  ),
  ...source.nodes.flatMap((node) => callsIn(child(node.properties, 'boot_data')).flatMap(checkEvaluable)),
];

function checkDeclared(call: YamlMap, source: FlavourSource): readonly Finding[] {
  const name = functionOf(call) === 'get_input' ? inputNameOf(call) : undefined;
  if (name === undefined || source.inputValues.has(name)) return [];
  const meant = perhaps(name, source.inputValues.keys());
  return [found('TOSCA-INPUT-UNDECLARED', call.at, `The topology declares no input \`${name}\`${meant}.`)];
}

/** At instantiation Berth evaluates `get_input` and `concat`. */
function checkEvaluable(call: YamlMap): readonly Finding[] {
  const name = functionOf(call) ?? '';
  if (name === 'concat' || inputNameOf(call) !== undefined) return [];
  return [found('TOSCA-FUNCTION-UNRESOLVED', call.at, `Berth does not evaluate this \`${name}\` in boot data.`)];
}
