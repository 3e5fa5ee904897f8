/**
 * Turns what a schema check says into findings with places. A value that is a TOSCA function is not judged here.
 */
import type { Finding } from '../shared/finding.js';
import { found, type ToscaCode } from './finding-codes.js';
import { functionOf } from './functions.js';
import { perhaps } from '../shared/suggest.js';
import { child, deepest, itemsOf, plain, textOf, type YamlMap, type YamlNode } from './tree.js';
import type { SchemaCheck, SchemaViolation } from './vocabulary.js';

export interface SchemaSubject {
  /** Node or policy id, for the message. */
  readonly id: string;
  readonly schema: string;
  readonly value: YamlMap;
  /** Properties that types of the package define beyond the built-in ones. */
  readonly alsoKnown: ReadonlySet<string>;
}

const codes: Readonly<Record<SchemaViolation['rule'], ToscaCode>> = {
  required: 'TOSCA-PROPERTY-MISSING',
  unknown: 'TOSCA-PROPERTY-UNKNOWN',
  type: 'TOSCA-PROPERTY-TYPE',
  value: 'TOSCA-PROPERTY-VALUE',
};

/** Enough to see what is wrong; a hostile document cannot make more. */
const maxPerSubject = 50;

export function schemaFindings(subject: SchemaSubject, check: SchemaCheck): readonly Finding[] {
  return check(subject.schema, plain(subject.value))
    .filter((violation) => concerns(subject, violation))
    .slice(0, maxPerSubject)
    .map((violation) => {
      const path = violation.rule === 'unknown' ? [...violation.path, violation.key ?? ''] : violation.path;
      const { at } = deepest(subject.value, path);
      return found(codes[violation.rule], at, `${sentence(subject, violation)}.`);
    });
}

function concerns({ value, alsoKnown }: SchemaSubject, violation: SchemaViolation): boolean {
  if (violation.rule === 'unknown' && violation.path.length === 0 && alsoKnown.has(violation.key ?? '')) return false;
  let here: YamlNode | undefined = value;
  for (const key of violation.path) {
    here = here?.kind === 'list' ? itemsOf(here)[Number(key)] : child(here, key);
    if (functionOf(here) !== undefined) return false;
  }
  return true;
}

function sentence({ id, value, alsoKnown }: SchemaSubject, violation: SchemaViolation): string {
  const where = violation.path.length === 0 ? `\`${id}\`` : `\`${violation.path.join('.')}\` of \`${id}\``;
  if (violation.rule === 'required') return `${where} lacks \`${violation.key ?? ''}\``;
  if (violation.rule === 'unknown') {
    const key = violation.key ?? '';
    const known = [...(violation.known ?? []), ...(violation.path.length === 0 ? alsoKnown : [])];
    return `${where} has the property \`${key}\`, which is unknown${perhaps(key, known)}`;
  }
  return `${where} is ${shown(deepest(value, violation.path))}; expected ${violation.expected}`;
}

function shown(node: YamlNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  const text = textOf(node);
  if (text === undefined) return 'empty';
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}
