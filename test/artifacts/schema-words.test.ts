/**
 * What an author reads of a value that a schema refuses is in words of ours: each keyword of the shipped schemas has
 * them, or its schema says what a person would call the value.
 */
import { expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadVocabulary } from '../../src/artifacts/schema-check.js';

const folder = join(import.meta.dirname, '../../descriptors/schemas');
const { schemaCheck } = await loadVocabulary();

/** Keywords that say nothing to an author: where others stand, and the ones with words of their own. */
const quiet = [
  '$schema',
  '$id',
  '$ref',
  '$defs',
  'title',
  'description',
  'type',
  'properties',
  'items',
  'required',
  'enum',
  'additionalProperties',
  'default',
];
const inWords = [
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
];

interface Schema {
  readonly [keyword: string]: unknown;
}

function* schemasIn(value: unknown, path: string): Generator<readonly [string, Schema]> {
  if (typeof value !== 'object' || value === null) return;
  yield [path, value as Schema];
  const { properties = {}, $defs = {}, items, additionalProperties } = value as Record<string, Schema>;
  for (const [name, each] of Object.entries({ ...properties, ...$defs })) yield* schemasIn(each, `${path}/${name}`);
  yield* schemasIn(items, `${path}/items`);
  yield* schemasIn(additionalProperties, `${path}/additional`);
}

const all = readdirSync(folder).flatMap((name) => [
  ...schemasIn(JSON.parse(readFileSync(join(folder, name), 'utf8')), name),
]);

test('every keyword has words, or its schema a description', () => {
  const wordless = all.flatMap(([path, schema]) =>
    Object.keys(schema)
      .filter((keyword) => !quiet.includes(keyword) && !inWords.includes(keyword))
      .filter(() => typeof schema['description'] !== 'string')
      .map((keyword) => `${path}: ${keyword}`),
  );
  expect(all.length).toBeGreaterThan(100);
  expect(wordless).toEqual([]);
});

test('bounds are said in words', () => {
  const expected = (value: object): readonly string[] =>
    schemaCheck('vdu-compute', { name: 'a', description: 'b', vdu_profile: value }).map((each) => each.expected);
  expect(expected({ min_number_of_instances: -1, max_number_of_instances: 1 })).not.toContainEqual(
    expect.stringMatching(/must|should|>=|<=/),
  );
});

test('what a form is called in JSON Schema is said nowhere', () => {
  const properties = all.filter(([path]) => /^[^/]+\.json\/[^/]+$/.test(path) && !path.startsWith('common'));
  const said = properties.flatMap(([path]) => {
    const [schema = '', name = ''] = path.split('.json/');
    return [[], {}, '', 7, true].flatMap((value) => schemaCheck(schema, { [name]: value }));
  });
  const expected = said.filter(({ rule }) => rule === 'type').map((each) => each.expected);
  expect(expected).toEqual(expect.arrayContaining(['a map', 'a list']));
  expect(expected.filter((words) => /\b(?:object|array|string|integer|boolean|null)\b/.test(words))).toEqual([]);
});

test('a pattern of characters names those that it does not take', () => {
  const expected = (id: string): string | undefined =>
    schemaCheck('vnf', { descriptor_id: id }).find(({ path }) => path[0] === 'descriptor_id')?.expected;
  expect(expected('Vendor~X 1\u00a0')).toMatch(/, not `~` or a space or U\+00A0$/);
  expect(expected('Vendor-X:1.0')).toBeUndefined();
});
