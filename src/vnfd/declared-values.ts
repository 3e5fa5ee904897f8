/**
 * A value against the declaration of a property, an input or a parameter (TOSCA Simple Profile 1.3 clauses 3.6.10, 3.6.14):
 * type, constraints, entries of lists and maps, members of the package's own data types. Requests and defaults are judged
 * by the same words.
 */
import { cut } from '../shared/cut.js';
import { brokenConstraint } from '../tosca/constraints.js';
import { perhaps } from '../shared/suggest.js';
import { nodeOf } from '../tosca/tree.js';
import type { DeclaredProperty } from './model.js';
import { isJsonObject } from '../shared/json-object.js';

export type Declarations = Readonly<Record<string, DeclaredProperty>>;

const isText = (value: unknown): boolean => typeof value === 'string';

/** `512 MiB`, `60 s`, `1 Gbps`. */
const isQuantity = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^\s*\d+(\.\d+)?\s*[A-Za-z]*\s*$/.test(value));

/** TOSCA's own types; of others only what the package says of them is known. */
const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: isText,
  integer: (value) => Number.isInteger(value),
  float: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  timestamp: isText,
  range: (value) => Array.isArray(value) && value.length === 2,
  list: Array.isArray,
  map: isJsonObject,
  'scalar-unit.size': isQuantity,
  'scalar-unit.time': isQuantity,
  'scalar-unit.frequency': isQuantity,
  'scalar-unit.bitrate': isQuantity,
};

/** Told in one message. */
const mostNames = 32;

/** What is wrong with a value, as words that follow its name; undefined when it is as declared. */
export function misfit(declared: DeclaredProperty, value: unknown): string | undefined {
  return wrongType(declared, value) ?? wrongValue(declared, value) ?? wrongEntry(declared, value);
}

/** Words that follow a name that is not declared; `whose`: "the VNFD", "flavour simple". */
export function undeclared(name: string, known: readonly string[], whose: string): string {
  const left = known.length - mostNames;
  const names = `${known.slice(0, mostNames).join(', ')}${left > 0 ? ` and ${String(left)} more` : ''}`;
  const declares = known.length === 0 ? 'it declares none' : `it declares ${names}`;
  return `is not declared by ${whose}${perhaps(name, known)}; ${declares}`;
}

function wrongType({ type, members }: DeclaredProperty, value: unknown): string | undefined {
  const fits = members === undefined ? (Object.hasOwn(kinds, type) ? kinds[type] : undefined) : isJsonObject;
  if (fits === undefined || fits(value)) return undefined;
  return `must be of type ${type}, and is ${Array.isArray(value) ? 'a list' : value === null ? 'null' : `of type ${typeof value}`}`;
}

function wrongValue({ constraints }: DeclaredProperty, value: unknown): string | undefined {
  const allowed = brokenConstraint(nodeOf(constraints ?? null, ''), nodeOf(value, ''));
  return allowed === undefined ? undefined : `is not what its type allows: ${allowed}`;
}

function wrongEntry({ entry, members, type }: DeclaredProperty, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, each] of Object.entries(value)) {
    const wrong = members === undefined ? entry && misfit(entry, each) : wrongMember(members, key, each, type);
    if (wrong !== undefined) return `is wrong at ${cut(key)}, which ${wrong}`;
  }
  const missing = Object.entries(members ?? {}).find(([name, one]) => isNeeded(one) && !Object.hasOwn(value, name));
  return missing && `lacks ${missing[0]}, which type ${type} requires`;
}

function wrongMember(members: Declarations, key: string, value: unknown, type: string): string | undefined {
  const member = Object.hasOwn(members, key) ? members[key] : undefined;
  return member === undefined ? undeclared(key, Object.keys(members), `type ${type}`) : misfit(member, value);
}

/** Somebody must give it a value: said in so many words, and without a default. */
export const isNeeded = ({ required, default: value }: DeclaredProperty): boolean =>
  required === true && value === undefined;
