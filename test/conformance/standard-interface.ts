/**
 * Every operation, query parameter and request attribute that the interface definitions of SOL003 and SOL005 have; only
 * where they lie beside this repository.
 */
import { isHere, read, resolve, type Document } from './openapi.js';

type Json = Readonly<Record<string, unknown>>;

export interface StandardOperation {
  readonly name: string;
  readonly queries: readonly string[];
  readonly attributes: readonly string[];
}

const files = [
  ['sol003_lifecycle_openapi.json', '/vnflcm/v2'],
  ['sol003_package_openapi.json', '/vnfpkgm/v2'],
  ['sol005_vnfpkgm_openapi.json', '/vnfpkgm/v2'],
] as const;

/** In the order of the files; what two of them have is one. */
export function standardOperations(): readonly StandardOperation[] {
  if (!isHere) return [];
  const all = new Map<string, StandardOperation>();
  const access = '/vnfpkgm/v2/vnf_packages/{vnfPkgId}/external_artifacts_access_config';
  for (const [file, root] of files) {
    for (const each of operationsIn(read(file), root)) {
      const before = all.get(each.name);
      all.set(each.name, {
        name: each.name,
        queries: [...new Set([...(before?.queries ?? []), ...each.queries])],
        attributes: [...new Set([...(before?.attributes ?? []), ...each.attributes])],
      });
    }
  }
  // SOL005 clause 9.4.10, of which the file beside this repository does not speak.
  const beyond = ['GET', 'PUT'].map((method) => ({ name: `${method} ${access}`, queries: [], attributes: [] }));
  return [...all.values(), ...beyond];
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

const operationsIn = (document: Document, root: string): readonly StandardOperation[] =>
  Object.entries(document.paths).flatMap(([path, operations]) =>
    methods
      .filter((method) => method in operations)
      .map((method) => {
        const operation = operations[method] as unknown as Json;
        const body = resolve(document, operation['requestBody'] as Json | undefined);
        const contents = Object.values((body?.['content'] ?? {}) as Readonly<Record<string, Json>>);
        return {
          name: `${method.toUpperCase()} ${root}${path}`,
          queries: [operation['parameters'], (operations as unknown as Json)['parameters']]
            .flatMap((list) => (list ?? []) as Json[])
            .map((each) => resolve(document, each) ?? {})
            .filter((each) => each['in'] === 'query')
            .map((each) => String(each['name'])),
          attributes: [...new Set(contents.flatMap(({ schema }) => attributesIn(document, schema as Json, '')))],
        };
      }),
  );

function attributesIn(document: Document, given: Json, at: string): readonly string[] {
  const schema = resolve(document, given) ?? {};
  const own = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Json>>);
  const kinds = ['oneOf', 'anyOf', 'allOf'].flatMap((kind) => (schema[kind] ?? []) as Json[]);
  const { items, additionalProperties: values } = schema;
  return [
    ...own.flatMap(([name, each]) => [`${at}/${name}`, ...attributesIn(document, each, `${at}/${name}`)]),
    ...kinds.flatMap((each) => attributesIn(document, each, at)),
    ...(typeof items === 'object' ? attributesIn(document, items as Json, `${at}/*`) : []),
    ...(typeof values === 'object' ? attributesIn(document, values as Json, `${at}/{}`) : []),
  ];
}
