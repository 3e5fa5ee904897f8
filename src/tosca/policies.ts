/**
 * Policies and groups of one topology (SOL001 clauses 6.9, 6.10): a list of maps with one key, or one map; both occur.
 */
import type { Finding, Place } from '../shared/finding.js';
import { found } from './finding-codes.js';
import { resolveMap, type InputValues } from './functions.js';
import { badNode } from './node-templates.js';
import {
  asMap,
  child,
  emptyMap,
  namedOf,
  overlay,
  textMapOf,
  textOf,
  textsOf,
  type YamlMap,
  type YamlNode,
} from './tree.js';
import type { TypeTable } from './types.js';
import type { BuiltInType } from './vocabulary.js';

export interface Policy {
  readonly id: string;
  readonly type: string;
  readonly builtIn: BuiltInType;
  readonly at: Place;
  readonly properties: YamlMap;
  readonly metadata: Readonly<Record<string, string>>;
  readonly targets: readonly string[];
  /** Where the targets stand. */
  readonly targetsAt: Place;
}

/** A group: members are node template ids. */
export type Group = Policy;

export interface PolicyReading {
  readonly findings: readonly Finding[];
  readonly policies: readonly Policy[];
}

export const readPolicies = (topology: YamlNode | undefined, types: TypeTable, inputs: InputValues): PolicyReading =>
  readNamed(child(topology, 'policies'), 'targets', types, inputs);

export const readGroups = (topology: YamlNode | undefined, types: TypeTable, inputs: InputValues): PolicyReading =>
  readNamed(child(topology, 'groups'), 'members', types, inputs);

function readNamed(
  section: YamlNode | undefined,
  membersKey: 'targets' | 'members',
  types: TypeTable,
  inputs: InputValues,
): PolicyReading {
  const findings: Finding[] = [];
  const policies = namedOf(section).flatMap(([id, source]) => {
    const type = textOf(child(source, 'type'));
    const builtIn = type === undefined ? undefined : types.builtInOf(type);
    if (type === undefined || builtIn === undefined) {
      findings.push(badNode(id, type, source, types));
      return [];
    }
    if (builtIn.reason !== undefined) {
      findings.push(found('VNFD-NODE-IGNORED', source.at, `\`${id}\` (${type}) is read past: ${builtIn.reason}.`));
    }
    const members = child(source, membersKey);
    const own = asMap(child(source, 'properties')) ?? emptyMap(source.at);
    return [
      {
        id,
        type,
        builtIn,
        at: source.at,
        properties: resolveMap(overlay(types.defaultsOf(type), own), inputs),
        metadata: textMapOf(child(source, 'metadata')),
        targets: textsOf(members),
        targetsAt: members?.at ?? source.at,
      },
    ];
  });
  return { findings, policies };
}
