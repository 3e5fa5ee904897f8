/**
 * Filling in boot data: `get_input` and `concat` (TOSCA 1.3 clauses 4.4.1 and 4.3.1) with the values of this instance.
 */
import type { Flavour, Vdu } from '../vnfd/model.js';
import { isJsonObject } from '../shared/json-object.js';

type Values = Readonly<Record<string, unknown>>;

/** Values of topology inputs: configurable properties first, then what instantiate gave, then the VNFD's defaults. */
export function inputValues(flavour: Flavour, additionalParams: Values, configurable: Values): Values {
  const names = Object.keys(flavour.inputs);
  return Object.fromEntries(
    names.map((name) => [name, configurable[name] ?? additionalParams[name] ?? flavour.inputs[name]?.default]),
  );
}

/** Required inputs that nobody gave a value. */
export function missingInputs(flavour: Flavour, values: Values): readonly string[] {
  return Object.keys(flavour.inputs).filter((name) => flavour.inputs[name]?.required === true && values[name] == null);
}

/** The value with every function call replaced. */
export function resolveFunctions(value: unknown, inputs: Values): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveFunctions(item, inputs));
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && typeof value['get_input'] === 'string') return inputs[value['get_input']];
  if (keys.length === 1 && Array.isArray(value['concat'])) {
    return value['concat'].map((part) => textOf(resolveFunctions(part, inputs))).join('');
  }
  return Object.fromEntries(keys.map((key) => [key, resolveFunctions(value[key], inputs)]));
}

/** The VDU's user data as text; empty when the VDU has no boot data. Structures become JSON. */
export function userDataOf(vdu: Vdu, inputs: Values): string {
  if (vdu.bootData === undefined) return '';
  const content = resolveFunctions(vdu.bootData.content, inputs);
  return content == null ? '' : textOf(content);
}

function textOf(value: unknown): string {
  if (value == null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
