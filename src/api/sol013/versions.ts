/**
 * API versions (SOL013 clause 9): what is served where, and what the Version header may say.
 */
import { problem, type Problem } from '../../shared/problem.js';

export interface ServedApi {
  readonly name: string;
  readonly major: string;
  /** The first is told in the Version header of responses. */
  readonly versions: readonly [string, ...string[]];
  /** Clients of `v1` send no Version header, or forget it at times; Berth's own API does not ask for one. */
  readonly headerNeeded: boolean;
}

export const packageApi: ServedApi = { name: 'vnfpkgm', major: 'v2', versions: ['2.1.0'], headerNeeded: true };

export const lifecycleApi: ServedApi = { name: 'vnflcm', major: 'v2', versions: ['2.0.0'], headerNeeded: true };

export const servedApis: readonly ServedApi[] = [
  packageApi,
  { name: 'vnfpkgm', major: 'v1', versions: ['1.1.0'], headerNeeded: false },
  lifecycleApi,
  { name: 'vnflcm', major: 'v1', versions: ['1.3.0'], headerNeeded: false },
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
