/**
 * Node, policy, group and artifact types of a VNFD: the built-in ones and those the package derives from them
 * (SOL001 clause 5.10: a vendor file derives the VNF type). A derived type brings defaults, property names and
 * `valid_values`, base first.
 */
import type { Finding } from '../shared/finding.js';
import { brokenConstraint } from './constraints.js';
import { found } from './finding-codes.js';
import type { ServiceTemplate } from './service-templates.js';
import { child, entriesOf, namedOf, textOf, type YamlMap, type YamlNode } from './tree.js';
import type { BuiltInType, BuiltInTypes } from './vocabulary.js';

interface DefinedType {
  readonly name: string;
  readonly definition: YamlNode;
}

/** No descriptor derives more deeply. */
const maxDerivations = 32;
/** Members that are written out altogether: types within types of a hostile package are more than anybody can hold. */
const mostMembers = 50_000;
const sections = ['node_types', 'policy_types', 'group_types', 'artifact_types'] as const;

export class TypeTable {
  readonly #builtIn: BuiltInTypes;
  readonly #defined = new Map<string, DefinedType>();
  readonly #dataTypes = new Map<string, YamlNode>();
  #membersLeft = mostMembers;

  constructor(builtIn: BuiltInTypes, templates: readonly ServiceTemplate[]) {
    this.#builtIn = builtIn;
    for (const { root } of templates) {
      for (const section of sections) {
        for (const [name, definition] of entriesOf(child(root, section))) this.#defined.set(name, { name, definition });
      }
      for (const [name, definition] of entriesOf(child(root, 'data_types'))) this.#dataTypes.set(name, definition);
    }
  }

  /** The built-in type that `name` is or derives from. */
  builtInOf(name: string): BuiltInType | undefined {
    const chain = this.#chain(name);
    const last = chain.at(-1);
    const base = last === undefined ? name : (textOf(child(last.definition, 'derived_from')) ?? last.name);
    return Object.hasOwn(this.#builtIn.types, base) ? this.#builtIn.types[base] : undefined;
  }

  /** Of all types that there are. */
  names(): readonly string[] {
    return [...Object.keys(this.#builtIn.types), ...this.#defined.keys()];
  }

  /** Defaults of properties along the chain; the most derived type wins. */
  defaultsOf(name: string): ReadonlyMap<string, YamlNode> {
    const defaults = this.#properties(name).flatMap(([property, definition]) => {
      const value = child(definition, 'default');
      return value === undefined ? [] : [[property, value] as const];
    });
    return new Map(defaults);
  }

  /** Names of properties that types of the package add or refine. */
  definedPropertiesOf(name: string): ReadonlySet<string> {
    return new Set(this.#properties(name).map(([property]) => property));
  }

  /**
   * Members of a property whose type is a data type of the package, along that type's chain; undefined when `name` has no
   * such property, or one of another type. Members of SOL001's own data types are not among them.
   */
  membersOf(name: string, property: string): ReadonlyMap<string, YamlNode> | undefined {
    const definition = this.#properties(name).findLast(([each]) => each === property)?.[1];
    return this.dataMembersOf(textOf(child(definition, 'type')) ?? '');
  }

  /** Members of a data type of the package, along its chain; undefined when it is none. */
  dataMembersOf(name: string): ReadonlyMap<string, YamlNode> | undefined {
    if (!this.#dataTypes.has(name) || name.startsWith('tosca.')) return undefined;
    let type: string | undefined = name;
    // One that is but another name of a string or a list has none.
    if (!this.#isComplex(name)) return undefined;
    const members: (readonly [string, YamlNode])[] = [];
    for (let depth = 0; type !== undefined && depth < maxDerivations && !type.startsWith('tosca.'); depth++) {
      const data = this.#dataTypes.get(type);
      members.unshift(...entriesOf(child(data, 'properties')));
      type = textOf(child(data, 'derived_from'));
    }
    return new Map(members);
  }

  /** The same, as long as there are not too many altogether. */
  writtenOutMembersOf(name: string): ReadonlyMap<string, YamlNode> | undefined {
    const members = this.dataMembersOf(name);
    this.#membersLeft -= members?.size ?? 0;
    return this.#membersLeft < 0 ? undefined : members;
  }

  /** With properties of its own somewhere along its chain, or derived from one of SOL001's. */
  #isComplex(name: string): boolean {
    let type: string | undefined = name;
    for (let depth = 0; type !== undefined && depth < maxDerivations; depth++) {
      const data = this.#dataTypes.get(type);
      if (type.startsWith('tosca.datatypes.nfv.') || child(data, 'properties') !== undefined) return true;
      type = textOf(child(data, 'derived_from'));
    }
    return false;
  }

  /** Names of requirements that types of the package add. */
  requirementsOf(name: string): readonly string[] {
    return this.#chain(name).flatMap(({ definition }) =>
      namedOf(child(definition, 'requirements')).map(([requirement]) => requirement),
    );
  }

  /** Interfaces along the chain, base first. */
  interfacesOf(name: string): readonly YamlNode[] {
    return this.#sections(name, 'interfaces');
  }

  /** Artifacts along the chain, base first. */
  artifactsOf(name: string): readonly YamlNode[] {
    return this.#sections(name, 'artifacts');
  }

  #sections(name: string, section: string): readonly YamlNode[] {
    return this.#chain(name)
      .toReversed()
      .flatMap(({ definition }) => child(definition, section) ?? []);
  }

  /** Values that break a constraint of the package's own types. */
  violations(name: string, properties: YamlMap): readonly Finding[] {
    return this.#properties(name).flatMap(([property, definition]) => {
      const value = properties.entries.get(property);
      const allowed = value === undefined ? undefined : brokenConstraint(child(definition, 'constraints'), value);
      if (value === undefined || allowed === undefined) return [];
      const message = `\`${property}\` is \`${textOf(value) ?? `a ${value.kind}`}\`; type ${name} allows ${allowed}.`;
      return [found('TOSCA-VALUE-NOT-ALLOWED', value.at, message)];
    });
  }

  /** Base first. Built-in names end the chain, also when the package carries its own copy of them. */
  #chain(name: string): readonly DefinedType[] {
    const chain: DefinedType[] = [];
    const seen = new Set<string>();
    let next: string | undefined = name;
    while (
      next !== undefined &&
      chain.length < maxDerivations &&
      !seen.has(next) &&
      !Object.hasOwn(this.#builtIn.types, next)
    ) {
      seen.add(next);
      const type = this.#defined.get(next);
      if (type === undefined) break;
      chain.push(type);
      next = textOf(child(type.definition, 'derived_from'));
    }
    return chain;
  }

  #properties(name: string): readonly (readonly [string, YamlNode])[] {
    return this.#chain(name)
      .toReversed()
      .flatMap((type) => entriesOf(child(type.definition, 'properties')));
  }
}
