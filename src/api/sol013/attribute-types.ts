/**
 * What a resource's schema says of an attribute path: arrays are gone through, maps take any key. Filters need the type
 * to compare by, selectors need to know what exists and what is mandatory.
 */
import { KEY_STEP } from './filter-grammar.js';

/** The part of JSON Schema that resource schemas use. */
export interface ResourceSchema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, ResourceSchema>>;
  readonly required?: readonly string[];
  readonly items?: ResourceSchema;
  readonly additionalProperties?: boolean | ResourceSchema;
  readonly patternProperties?: Readonly<Record<string, ResourceSchema>>;
}

/** `any`: inside a free-form map, decided by the value found. */
export type LeafType = 'string' | 'number' | 'boolean' | 'date-time' | 'any';

/** The schema behind arrays. */
export const elementOf = (schema: ResourceSchema): ResourceSchema => (schema.items ? elementOf(schema.items) : schema);

/** Neither structure nor list: selectors leave nothing simple out (SOL013 clause 5.3.2). What a map holds is the client's. */
export const isSimple = ({ type }: ResourceSchema): boolean =>
  type !== undefined && type !== 'object' && type !== 'array';

const freeForm: ResourceSchema = {};

function mapValues(schema: ResourceSchema): ResourceSchema | undefined {
  const [pattern] = Object.values(schema.patternProperties ?? {});
  if (pattern) return pattern;
  if (schema.additionalProperties === true || schema === freeForm) return freeForm;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

/** The schema of the child `name`; undefined when there is no such attribute. */
export function childOf(schema: ResourceSchema, name: string): ResourceSchema | undefined {
  const object = elementOf(schema);
  if (name === KEY_STEP) return mapValues(object) && { type: 'string' };
  const own = object.properties;
  return (own && Object.hasOwn(own, name) ? own[name] : undefined) ?? mapValues(object);
}

/** The schema at a path; undefined when the resource has no such attribute. */
export function schemaAt(schema: ResourceSchema, path: readonly string[]): ResourceSchema | undefined {
  return path.reduce<ResourceSchema | undefined>((at, name) => at && childOf(at, name), schema);
}

/** Undefined: the attribute is a structure and cannot be compared. */
export function leafType(schema: ResourceSchema): LeafType | undefined {
  const leaf = elementOf(schema);
  if (leaf === freeForm) return 'any';
  if (leaf.type === 'string') return leaf.format === 'date-time' ? 'date-time' : 'string';
  if (leaf.type === 'integer' || leaf.type === 'number') return 'number';
  return leaf.type === 'boolean' ? 'boolean' : undefined;
}
