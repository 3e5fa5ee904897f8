/**
 * What the reader is given from outside: the TOSCA types that Berth accepts and a way to check a value against a JSON
 * Schema. Both stand in `descriptors/`; core code loads no files and knows no schema library.
 */

export interface BuiltInType {
  /** What it means to the reader, in the reader's words; a type of a package has that of its built-in base. */
  readonly role: string;
  /** Name of the schema of its properties. */
  readonly schema?: string;
  /** Names of the schemas of its capabilities' properties, by capability. */
  readonly capabilities?: Readonly<Record<string, string>>;
  /** Requirements that its nodes may have; absent: any. */
  readonly requirements?: readonly string[];
  /** Why it is refused, or which part of it Berth does not support; reported to the author. */
  readonly reason?: string;
}

export interface BuiltInTypes {
  /** Base names of type definition files that are never opened, wherever an import points. */
  readonly imports: readonly string[];
  readonly toscaVersions: readonly string[];
  readonly types: Readonly<Record<string, BuiltInType>>;
}

export interface SchemaViolation {
  readonly rule: 'required' | 'unknown' | 'type' | 'value';
  /** Keys and indexes to the value; for `required` and `unknown` to the map that lacks or has the key. */
  readonly path: readonly string[];
  /** The key, for `required` and `unknown`. */
  readonly key?: string;
  /** Keys that the map may have, for `unknown`. */
  readonly known?: readonly string[];
  /** What would be right, as words that follow "expected". */
  readonly expected: string;
}

/** Checks a value against the schema of that name. */
export type SchemaCheck = (schema: string, value: unknown) => readonly SchemaViolation[];
