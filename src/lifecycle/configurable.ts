/**
 * Configurable properties against what the VNFD declares of them (SOL001 clause 6.2.31, SOL003 clause 5.5.2.12): an
 * undeclared name, a value of another type or one that a constraint forbids is refused. A VNFD that declares none takes
 * any, as it has no schema.
 */
import { brokenConstraint } from '../descriptor/constraints.js';
import { nodeOf } from '../descriptor/tree.js';
import type { DeclaredProperty, Vnfd } from '../descriptor/vnfd.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';

type Values = Readonly<Record<string, unknown>>;

/** What SOL001's own VnfConfigurableProperties has. */
const standard = [
  'is_autoscale_enabled',
  'is_autoheal_enabled',
  'vnfm_interface_info',
  'vnfm_oauth_server_info',
  'vnf_oauth_server_info',
];

/** `null` takes a property away, and so is always allowed of one that is declared. */
export function checkConfigurable(vnfd: Vnfd, values: Values = {}): Outcome<void> {
  const { configurable } = vnfd;
  if (configurable === undefined) return ok(undefined);
  for (const [name, value] of Object.entries(values)) {
    const wrong = complaint(configurable, name, value);
    if (wrong !== undefined)
      return refuse(problem('unknown-reference', `vnfConfigurableProperties/${name} ${wrong} (VNFD ${vnfd.id}).`));
  }
  return ok(undefined);
}

function complaint(declared: NonNullable<Vnfd['configurable']>, name: string, value: unknown): string | undefined {
  if (standard.includes(name)) return undefined;
  const property = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (property === undefined) return `is not declared by the VNFD; it declares ${Object.keys(declared).join(', ')}`;
  return value === null ? undefined : (wrongType(property, value) ?? wrongValue(property, value));
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** TOSCA's own types; a data type of the package is an object. */
const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value),
  float: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  list: Array.isArray,
  map: isObject,
};

function wrongType({ type }: DeclaredProperty, value: unknown): string | undefined {
  const fits = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (fits === undefined || fits(value)) return undefined;
  return `must be of type ${type}, and is ${Array.isArray(value) ? 'a list' : `of type ${typeof value}`}`;
}

function wrongValue({ constraints }: DeclaredProperty, value: unknown): string | undefined {
  const allowed = brokenConstraint(nodeOf(constraints ?? null, ''), nodeOf(value, ''));
  return allowed === undefined ? undefined : `is not what its type allows: ${allowed}`;
}
