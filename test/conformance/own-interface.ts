/**
 * What Berth serves of the SOL interfaces, read from its own OpenAPI page: operations, query parameters, attributes of
 * request bodies, and which of these are refused with which words.
 */
import { bodyOf, openDoor } from '../api/door.js';
import { otherSpellings } from '../../src/api/http/known-query.js';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
  readonly additionalProperties?: unknown;
  readonly format?: string;
  readonly 'x-refused'?: string;
}

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

export interface OwnOperation {
  /** `POST /vnflcm/v2/vnf_instances`. */
  readonly name: string;
  /** Name -> the one that the page declares. */
  readonly queries: ReadonlyMap<string, string>;
  /** Pointer, `*` for elements and `{}` for keys of a client's own -> why it is refused, or undefined. */
  readonly attributes: ReadonlyMap<string, string | undefined>;
  /** Pointers of objects that take members which nobody knows. */
  readonly open: readonly string[];
}

/** Names of parameters in paths are nobody's contract. */
export const unnamed = (path: string): string => path.replaceAll(/\{[^}]+\}/g, '{}');

export async function ownOperations(): Promise<ReadonlyMap<string, OwnOperation>> {
  const door = await openDoor({});
  const page = await bodyOf(await door.ask('/docs-json'));
  await door.close();
  const paths = page['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      servedAt(path).map((each) => ownOperation(`${method.toUpperCase()} ${each}`, operation)),
    ),
  );
  return new Map(operations.map((each) => [unnamed(each.name), each]));
}

/** `api_versions` stands once for all interfaces; of other paths those of the two interfaces count. */
function servedAt(path: string): readonly string[] {
  const roots = ['/vnflcm/v2', '/vnfpkgm/v2'];
  if (path === '/{apiName}/{apiMajorVersion}/api_versions') return roots.map((root) => `${root}/api_versions`);
  return roots.some((root) => path.startsWith(`${root}/`)) ? [path] : [];
}

function ownOperation(name: string, { parameters = [], requestBody }: Operation): OwnOperation {
  const declared = parameters.filter((each) => each.in === 'query').map((each) => each.name);
  const spelt = Object.entries(otherSpellings).filter(([, target]) => declared.includes(target));
  const [attributes, open] = [new Map<string, string | undefined>(), new Set<string>()];
  for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) {
    walk(schema, '', attributes, open);
    // The part of a form that is streamed.
    if (type === 'multipart/form-data') attributes.set('/file', undefined);
  }
  return {
    name,
    queries: new Map([...declared.map((each) => [each, each] as const), ...spelt]),
    attributes,
    open: [...open],
  };
}

function walk(schema: Schema, at: string, found: Map<string, string | undefined>, open: Set<string>): void {
  const { properties = {}, patternProperties = {}, items, anyOf = [] } = schema;
  for (const [name, each] of Object.entries(properties)) {
    found.set(`${at}/${name}`, each['x-refused']);
    walk(each, `${at}/${name}`, found, open);
  }
  if (schema.properties !== undefined && schema.additionalProperties !== false) open.add(at);
  for (const each of Object.values(patternProperties)) walk(each, `${at}/{}`, found, open);
  if (items !== undefined) walk(items, `${at}/*`, found, open);
  for (const each of anyOf) walk(each, at, found, open);
}
