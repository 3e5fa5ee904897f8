/**
 * The vocabulary of `descriptors/` as the descriptor reader wants it: types from `types.json`, and a schema check by
 * ajv over `schemas/*.json`. Loaded once at start; the folder lies beside `dist/` and `src/` alike.
 */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuiltInTypes, SchemaCheck, SchemaViolation } from '../tosca/vocabulary.js';
import { isJsonObject } from '../shared/json-object.js';

export interface Vocabulary {
  readonly builtInTypes: BuiltInTypes;
  readonly schemaCheck: SchemaCheck;
}

const shippedFolder = fileURLToPath(new URL('../../descriptors/', import.meta.url));

export async function loadVocabulary(folder: string = shippedFolder): Promise<Vocabulary> {
  // Written by us and shipped with the program: trusted to have this shape; a test holds it to that.
  const builtInTypes = JSON.parse(await readFile(join(folder, 'types.json'), 'utf8')) as BuiltInTypes;
  return { builtInTypes, schemaCheck: await loadSchemas(join(folder, 'schemas')) };
}

async function loadSchemas(folder: string): Promise<SchemaCheck> {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    strictRequired: false,
    verbose: true,
  });
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  for (const name of names) ajv.addSchema(JSON.parse(await readFile(join(folder, name), 'utf8')) as object);
  const validators = new Map(names.map((name) => [name.slice(0, -'.json'.length), compiled(ajv, name)]));
  return (schema, value) => {
    const validate = validators.get(schema);
    if (validate === undefined) throw new Error(`there is no schema ${schema} in ${folder}`);
    return validate(value) ? [] : (validate.errors ?? []).slice(0, maxErrors).map(violationOf);
  };
}

/** Compiled at load, so that a broken schema stops the start and not an upload. */
function compiled(ajv: Ajv2020, id: string): ValidateFunction {
  const validate = ajv.getSchema(id);
  if (validate === undefined) throw new Error(`schema ${id} does not have its file name as $id`);
  return validate;
}

const maxErrors = 1000;

function violationOf(error: ErrorObject): SchemaViolation {
  const path = error.instancePath.split('/').slice(1).map(unescape);
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'required':
      return { rule: 'required', path, key: String(params['missingProperty']), expected: 'a value' };
    case 'additionalProperties':
      return {
        rule: 'unknown',
        path,
        key: String(params['additionalProperty']),
        known: propertiesOf(error.parentSchema),
        expected: 'a known property',
      };
    case 'type':
      return { rule: 'type', path, expected: expectedOf(error.parentSchema, String(params['type'])) };
    case 'enum':
      return { rule: 'value', path, expected: describedBy(error.parentSchema) ?? `one of ${allowedOf(params)}` };
    default:
      return { rule: 'value', path, expected: `${describedBy(error.parentSchema) ?? boundOf(error)}${strayIn(error)}` };
  }
}

/** In words of ours what a keyword asks for; each keyword that the schemas use is here, or its schema has a description. */
const bounds: Readonly<Record<string, (limit: number) => string>> = {
  minimum: (limit) => `${limit} or more`,
  maximum: (limit) => `${limit} or less`,
  minLength: (limit) => `text of ${limit} or more characters`,
  maxLength: (limit) => `text of at most ${limit} characters`,
  minItems: (limit) => `a list of ${limit} or more`,
  maxItems: (limit) => `a list of at most ${limit}`,
  minProperties: (limit) => `a map of ${limit} or more`,
  maxProperties: (limit) => `a map of at most ${limit}`,
};

const boundOf = ({ keyword, params }: ErrorObject): string =>
  bounds[keyword]?.(Number((params as Readonly<Record<string, unknown>>)['limit'])) ?? 'another value';

/** Which characters a pattern of single characters does not take; empty where the pattern is about more than these. */
function strayIn({ keyword, params, data }: ErrorObject): string {
  const { pattern } = params as Readonly<Record<string, unknown>>;
  if (keyword !== 'pattern' || typeof pattern !== 'string' || typeof data !== 'string') return '';
  const allowed = new RegExp(pattern, 'u');
  if (!allowed.test('x'.repeat(3))) return '';
  const strays = [...new Set(data.slice(0, 300))].filter((each) => !allowed.test(`x${each}x`));
  return strays.length === 0 ? '' : `, not ${strays.slice(0, 3).map(characterName).join(' or ')}`;
}

const characterName = (character: string): string => {
  if (character === ' ') return 'a space';
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `\`${character}\`` : code;
};

/** JSON Pointer escapes (RFC 6901). */
const unescape = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

const allowedOf = (params: Readonly<Record<string, unknown>>): string =>
  Array.isArray(params['allowedValues']) ? params['allowedValues'].map(String).join(', ') : 'the allowed values';

/** Schemas say in `description` what a person would call the value. */
function describedBy(schema: unknown): string | undefined {
  const description = isJsonObject(schema) ? schema['description'] : undefined;
  return typeof description === 'string' ? description : undefined;
}

/** What JSON Schema calls the forms of YAML. */
const forms: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'nothing',
};

const expectedOf = (schema: unknown, types: string): string =>
  describedBy(schema) ??
  types
    .split(',')
    .map((type) => forms[type] ?? type)
    .join(' or ');

const propertiesOf = (schema: unknown): readonly string[] =>
  isJsonObject(schema) && isJsonObject(schema['properties']) ? Object.keys(schema['properties']) : [];
