/**
 * Codes of findings about YAML and TOSCA, whatever the descriptor is of. docs/findings.md is generated from this table and
 * those of `vnfd/` and `package/`.
 */
import { findingsOf, type FindingKind } from '../shared/finding.js';

const yamlCodes = {
  'YAML-TOO-LARGE': {
    severity: 'error',
    meaning: 'A YAML file is larger than Berth reads.',
    fix: 'Split the file, or move bulk data out of the descriptor.',
  },
  'YAML-SYNTAX': {
    severity: 'error',
    meaning: 'The text is not YAML 1.2.',
    fix: 'Correct the syntax at this line.',
  },
  'YAML-EMPTY': {
    severity: 'error',
    meaning: 'A YAML file that the VNFD needs holds no document.',
    fix: 'Put the definitions into the file or remove the reference to it.',
  },
  'YAML-TOO-DEEP': {
    severity: 'error',
    meaning: 'Collections nest deeper than any descriptor needs.',
    fix: 'Flatten the structure.',
  },
  'YAML-TOO-MANY-NODES': {
    severity: 'error',
    meaning: 'The document, with aliases written out, is larger than Berth reads (an alias bomb).',
    fix: 'Write the data without nested aliases.',
  },
  'YAML-ALIAS': {
    severity: 'error',
    meaning: 'An alias has no anchor before it, or an anchor contains itself.',
    fix: 'Set the anchor before the alias, outside of what it names.',
  },
  'YAML-KEY': {
    severity: 'error',
    meaning: 'A key is a collection, or a reserved word such as `constructor`.',
    fix: 'Use another name as the key.',
  },
  'YAML-DUPLICATE-KEY': {
    severity: 'error',
    meaning: 'A map has the same key twice; YAML forbids it and readers disagree on which wins.',
    fix: 'Keep one of the two.',
  },
} as const satisfies Record<string, FindingKind>;

const templateCodes = {
  'TOSCA-ENTRY-MISSING': {
    severity: 'error',
    meaning: 'The entry definitions file is not in the package.',
    fix: 'Correct Entry-Definitions or add the file.',
  },
  'TOSCA-NOT-A-TEMPLATE': {
    severity: 'error',
    meaning: 'A definitions file is not a TOSCA service template.',
    fix: 'Begin the file with `tosca_definitions_version`.',
  },
  'TOSCA-VERSION': {
    severity: 'warning',
    meaning: '`tosca_definitions_version` is missing or is none that SOL001 uses.',
    fix: 'Use tosca_simple_yaml_1_2 (SOL001 to 2.8.1) or tosca_simple_yaml_1_3 (from 3.3.1).',
  },
  'TOSCA-IMPORT-FORM': {
    severity: 'error',
    meaning: 'An import is neither a file name nor a map with `file`.',
    fix: 'Write `- file.yaml` or `- file: file.yaml`.',
  },
  'TOSCA-IMPORT-MISSING': {
    severity: 'error',
    meaning: 'An imported file is not in the package and is no type definition that Berth has built in.',
    fix: 'Add the file to the package or correct its path.',
  },
  'TOSCA-IMPORT-REMOTE': {
    severity: 'error',
    meaning: 'An import is a URL; Berth never fetches definitions.',
    fix: 'Put the file into the package and import it by its path.',
  },
  'TOSCA-IMPORT-LIMIT': {
    severity: 'error',
    meaning: 'The VNFD imports more files than Berth reads.',
    fix: 'Merge definitions into fewer files.',
  },
  'TOSCA-TYPE-UNKNOWN': {
    severity: 'error',
    meaning: 'A node, policy or group has a type that is neither built in nor derived from one that is.',
    fix: 'Correct the type name, or define the type with `derived_from` one of SOL001.',
  },
  'TOSCA-NODE-FORM': {
    severity: 'error',
    meaning: 'A node template, policy or group is not a map with a `type`.',
    fix: 'Give it a map with `type` and `properties`.',
  },
  'TOSCA-FUNCTION-UNRESOLVED': {
    severity: 'error',
    meaning: 'A property that Berth needs at onboarding is a function without a value by then.',
    fix: 'Give the input a default, or write the value itself.',
  },
  'TOSCA-INPUT-UNDECLARED': {
    severity: 'error',
    meaning: '`get_input` names an input that the topology template does not declare.',
    fix: 'Declare it under `topology_template.inputs` of the same file.',
  },
  'TOSCA-PROPERTY-MISSING': {
    severity: 'error',
    meaning: 'A property that SOL001 requires is absent.',
    fix: 'Add the property.',
  },
  'TOSCA-PROPERTY-TYPE': {
    severity: 'error',
    meaning: 'A property has another type than SOL001 defines.',
    fix: 'Write the value in the type named.',
  },
  'TOSCA-PROPERTY-VALUE': {
    severity: 'error',
    meaning: 'The value of a property is outside of what SOL001 allows.',
    fix: 'Write what the message expects.',
  },
  'TOSCA-PROPERTY-UNKNOWN': {
    severity: 'warning',
    meaning: 'A property is unknown to every SOL001 version that Berth reads; Berth ignores it.',
    fix: 'Correct its spelling, define it in a derived type, or remove it.',
  },
  'TOSCA-KEY-UNKNOWN': {
    severity: 'warning',
    meaning:
      'A key or requirement is none of TOSCA or of the type of its node; what stands under it is read by nobody.',
    fix: 'Correct its spelling, move it to where it belongs, or remove it.',
  },
  'TOSCA-VALUE-NOT-ALLOWED': {
    severity: 'error',
    meaning: 'A value breaks a constraint (`valid_values`, `in_range`, …) of the type in the package.',
    fix: 'Use a value that the constraint allows, or widen the constraint in the type.',
  },
  'TOSCA-DEFAULT-NOT-ALLOWED': {
    severity: 'warning',
    meaning: 'A default does not fit its own type or constraints; the same value in a request is refused.',
    fix: 'Correct the default, or the declaration.',
  },
} as const satisfies Record<string, FindingKind>;

/** Released before the codes of TOSCA had a table of their own; a code keeps its name. */
const namedForVnfds = {
  'VNFD-NODE-IGNORED': {
    severity: 'warning',
    meaning: 'A node or policy has a type that Berth reads past; the VNF runs without its effect.',
    fix: 'Check that the VNF does not depend on it.',
  },
  'VNFD-NAME': {
    severity: 'error',
    meaning: 'The name of a node, aspect, level or flavour cannot be used as an identifier.',
    fix: 'Use at most 128 letters, digits, `_`, `-`, `.` and spaces, beginning with a letter or digit.',
  },
} as const satisfies Record<string, FindingKind>;

export const toscaCodes = { ...yamlCodes, ...templateCodes, ...namedForVnfds };

export type ToscaCode = keyof typeof toscaCodes;

export const found = findingsOf<ToscaCode>(toscaCodes);
