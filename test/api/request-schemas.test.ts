/** Every schema of a request body at the door, as its OpenAPI page gives it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bodyOf, openDoor, type Door } from './door.js';

interface Schema {
  readonly type?: string;
  readonly [keyword: string]: unknown;
}

let door: Door;
beforeAll(async () => {
  door = await openDoor({});
});
afterAll(async () => {
  await door.close();
});

async function requestSchemas(): Promise<readonly (readonly [string, Schema])[]> {
  const { paths } = (await bodyOf(await door.ask('/docs-json'))) as {
    paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody }]) =>
      Object.entries(requestBody?.content ?? {}).map(
        ([type, { schema }]) => [`${method} ${path} ${type}`, schema] as const,
      ),
    ),
  );
}

const isObject = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

/** What has no bound; `inherited`: an allOf or anyOf beside it may bound it as well. */
function unbounded(schema: Schema, at: string): readonly string[] {
  const has = (keyword: string): boolean => typeof schema[keyword] === 'number';
  const isWord = Array.isArray(schema['enum']) || 'const' in schema;
  const own = {
    string: isWord || has('maxLength'),
    array: has('maxItems'),
    object:
      isObject(schema['properties']) ||
      (has('maxProperties') && (has('x-max-json-bytes') || isObject(schema['patternProperties']))),
  }[schema.type ?? ''];
  const inner = Object.entries(schema).flatMap(([keyword, value]) => {
    if (['properties', 'patternProperties', '$defs'].includes(keyword) && isObject(value))
      return Object.entries(value).flatMap(([key, each]) => (isObject(each) ? unbounded(each, `${at}/${key}`) : []));
    if (['items', 'not'].includes(keyword) && isObject(value)) return unbounded(value, `${at}/*`);
    if (['anyOf', 'allOf', 'oneOf'].includes(keyword) && Array.isArray(value))
      return value.flatMap((each) => (isObject(each) && each.type !== undefined ? unbounded(each, at) : []));
    return [];
  });
  return [...(own === false ? [`${at} (${String(schema.type)})`] : []), ...inner];
}

test('bounds every string, list and free-form map', async () => {
  const schemas = (await requestSchemas()).filter(([, { format }]) => format !== 'binary');
  expect(schemas.length).toBeGreaterThanOrEqual(14);
  expect(schemas.flatMap(([at, schema]) => unbounded(schema, at))).toEqual([]);
});

test.each([
  [{ type: 'string' }],
  [{ type: 'array', items: { type: 'integer' } }],
  [{ type: 'object', additionalProperties: true }],
  [{ type: 'object', properties: { a: { anyOf: [{ type: 'string' }, { type: 'array', maxItems: 1 }] } } }],
  [{ type: 'array', maxItems: 3, items: { type: 'object', properties: { a: { type: 'string', pattern: 'x' } } } }],
] as Schema[][])('the walk finds what has no bound in %j', (schema) => {
  expect(unbounded(schema ?? {}, '')).toHaveLength(1);
});

/** Objects that take members which nobody knows. */
function open(schema: Schema, at: string): readonly string[] {
  const others = schema['additionalProperties'];
  // null takes a member away, whatever it is.
  const isOpen = isObject(schema['properties']) && others !== false && !(isObject(others) && others.type === 'null');
  const inner = Object.entries(schema).flatMap(([keyword, value]) => {
    if (['properties', 'patternProperties', '$defs'].includes(keyword) && isObject(value))
      return Object.entries(value).flatMap(([key, each]) => (isObject(each) ? open(each, `${at}/${key}`) : []));
    if (keyword === 'items' && isObject(value)) return open(value, `${at}/*`);
    return Array.isArray(value) && ['anyOf', 'allOf', 'oneOf'].includes(keyword)
      ? value.flatMap((each) => (isObject(each) ? open(each, at) : []))
      : [];
  });
  return [...(isOpen ? [at] : []), ...inner];
}

test('takes no member that it does not know', async () => {
  expect((await requestSchemas()).flatMap(([at, schema]) => open(schema, at))).toEqual([]);
  expect(open({ items: { properties: { a: { type: 'object', properties: {} } } } }, '')).toEqual(['/*', '/*/a']);
});
