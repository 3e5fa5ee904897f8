/**
 * Hardware requirements have values that Berth knows; what it does not act on is said.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import { nodeWithRole, type FlavourSource } from '../flavour-source.js';
import { cellPolicies } from '../read-cp.js';
import { threadPolicies } from '../read-cpu.js';
import { localities, readPageSize } from '../read-memory.js';
import { cpuPolicies, emulatorPolicies, realtimeWords } from '../read-pinning.js';
import { computeOf } from '../read-vdu.js';
import {
  novaSpecsOf,
  requirement,
  requirementsOf,
  spellings,
  type RequirementMeaning,
  type Requirements,
} from '../requirements.js';
import { child, textOf, type YamlMap } from '../../tosca/tree.js';
import type { Flavour } from '../model.js';
import type { Place } from '../../shared/finding.js';

/** Words a requirement may have, by meaning. */
const words: readonly (readonly [RequirementMeaning, readonly string[]])[] = [
  ['cpuPolicy', Object.keys(cpuPolicies)],
  ['threadPolicy', Object.keys(threadPolicies)],
  ['emulatorPolicy', Object.keys(emulatorPolicies)],
  ['cellPolicy', Object.keys(cellPolicies)],
  ['realtime', Object.keys(realtimeWords)],
  ['smt', ['enabled', 'disabled']],
  ['locality', Object.keys(localities)],
];

const known = new Set<string>(Object.values(spellings).flat());

export const checkRequirements = (source: FlavourSource, flavour: Flavour): readonly Finding[] =>
  flavour.vdus.flatMap((vdu) => {
    const node = nodeWithRole(source, vdu.id, 'vdu');
    const compute = node === undefined ? undefined : computeOf(node);
    const map = requirementsOf(compute);
    const at = compute?.at ?? source.at;
    return [
      ...checkNovaSpecs(vdu.id, compute),
      ...checkWords(vdu.id, map, at),
      ...checkPageSize(vdu.id, map, at),
      ...checkKnown(vdu.id, map, at),
    ];
  });

function checkNovaSpecs(vduId: string, compute: YamlMap | undefined): readonly Finding[] {
  const specs = child(compute, 'compute_requirements', 'nova_extra_specs');
  if (specs === undefined || novaSpecsOf(compute) !== undefined) return [];
  const message = `nova_extra_specs of \`${vduId}\` is \`${textOf(specs) ?? ''}\`, which is no map of texts.`;
  return [found('VNFD-REQUIREMENT-VALUE', specs.at, message)];
}

const checkWords = (vduId: string, map: Requirements, at: Place): readonly Finding[] =>
  words.flatMap(([meaning, allowed]) => {
    const value = requirement(map, meaning);
    if (value === undefined || allowed.includes(value.toLowerCase())) return [];
    const message = `${spellings[meaning][0]} of \`${vduId}\` is \`${value}\`; known are ${allowed.join(', ')}.`;
    return [found('VNFD-REQUIREMENT-VALUE', at, message)];
  });

function checkPageSize(vduId: string, map: Requirements, at: Place): readonly Finding[] {
  const value = requirement(map, 'pageSize');
  if (value === undefined || readPageSize(value) !== undefined) return [];
  return [found('VNFD-PAGE-SIZE', at, `The page size of \`${vduId}\` is \`${value}\`.`)];
}

const checkKnown = (vduId: string, map: Requirements, at: Place): readonly Finding[] =>
  [...map.keys()]
    .filter((key) => !known.has(key))
    .map((key) => found('VNFD-REQUIREMENT-IGNORED', at, `Berth does not act on \`${key}\` of \`${vduId}\`.`));
