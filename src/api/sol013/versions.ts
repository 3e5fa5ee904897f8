/**
 * API versions (SOL013 clause 9): what is served where, and what the Version header may say.
 */
import { problem, type Problem } from '../../shared/problem.js';
import { notifyingApis, rulesOf, type ServedMajor } from '../../subscription/interfaces.js';

export interface ServedApi extends ServedMajor {
  readonly name: string;
}

/** SOL interfaces, and Berth's own, which does not ask for a Version header. */
export const servedApis: readonly ServedApi[] = [
  ...notifyingApis.flatMap((name) => rulesOf(name).served.map((served) => ({ name, ...served }))),
  { name: 'nfvi', major: 'v1', versions: ['1.0.0'], headerNeeded: false },
];

/** Of an interface the one that new clients use. */
export function latestOf(name: string): ServedApi {
  const api = servedApis.find((each) => each.name === name);
  if (api === undefined) throw new Error(`no interface ${name} is served`);
  return api;
}

/** The API that a path belongs to; undefined for paths outside every API, such as /healthz. */
export function apiOf(path: string): ServedApi | undefined {
  const [, name, major] = path.split('/');
  return servedApis.find((api) => api.name === name && api.major === major);
}

/** Whether a path is that of `api_versions` of a major version, which is asked for before a version is known. */
export const asksForVersions = ({ name, major }: ServedApi, path: string): boolean =>
  path === `/${name}/${major}/api_versions`;

/** `MAJOR.MINOR.PATCH`, optionally followed by build information that is not compared (clause 9.1). */
const versionForm = /^(\d+\.\d+\.\d+)(?:-[\w.:;,=+-]*)?$/;

export function versionProblem(api: ServedApi, header: string | undefined): Problem | undefined {
  const here = `/${api.name}/${api.major}`;
  if (header === undefined) {
    if (!api.headerNeeded) return undefined;
    return problem('api-version-missing', `${here} needs the header "Version: ${api.versions[0]}".`);
  }
  const version = versionForm.exec(header.trim())?.[1];
  if (version !== undefined && api.versions.includes(version)) return undefined;
  return problem('not-acceptable', `${here} serves version ${api.versions.join(', ')}, not "${header}".`);
}

interface ApiVersionInformation {
  readonly uriPrefix: string;
  readonly apiVersions: readonly { readonly version: string; readonly isDeprecated: boolean }[];
}

/** Body of `api_versions` (clause 9.3.3); undefined for an API that is not served. */
export function versionInformation(name: string, major?: string): ApiVersionInformation | undefined {
  const apis = servedApis.filter((api) => api.name === name && (major === undefined || api.major === major));
  if (apis.length === 0) return undefined;
  return {
    uriPrefix: major === undefined ? `/${name}` : `/${name}/${major}`,
    apiVersions: apis.flatMap((api) => api.versions.map((version) => ({ version, isDeprecated: false }))),
  };
}
