/**
 * What holds for every request before its handler runs and for every response (SOL013 clauses 4.2, 6.4, 8.3, 9):
 * token, Version, Accept, Content-Type; Version and request id on the way out.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { authProblem } from './auth.js';
import { bareType, negotiate } from './media-types.js';
import { ProblemError, refusal } from './problem-error.js';
import { apiOf, versionProblem } from '../sol013/versions.js';

/** What a route may say with `@RouteConfig`; JSON in and out unless it does. */
export interface RouteRules {
  readonly produces?: readonly string[];
  readonly consumes?: readonly string[];
}

export interface RuleOptions {
  readonly token: string;
  /** Paths that need no token; `/docs` covers what is below it. */
  readonly publicPaths: readonly string[];
}

export const pathOf = (request: FastifyRequest): string => request.url.split('?')[0] ?? '';

export function installRequestRules(server: FastifyInstance, options: RuleOptions): void {
  server.addHook('onRequest', (request, _reply, done) => {
    done(tokenRefusal(request, options) ?? versionRefusal(request) ?? mediaRefusal(request));
  });
  server.addHook('onSend', (request, reply, _payload, done) => {
    const api = apiOf(pathOf(request));
    if (api !== undefined) reply.header('version', api.versions[0]);
    reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    done();
  });
}

function tokenRefusal(request: FastifyRequest, { token, publicPaths }: RuleOptions): ProblemError | undefined {
  const path = pathOf(request);
  const open = publicPaths.some((each) => path === each || path.startsWith(`${each}/`));
  return open ? undefined : authProblem(token, request.headers);
}

function versionRefusal(request: FastifyRequest): ProblemError | undefined {
  const path = pathOf(request);
  const api = apiOf(path);
  if (api === undefined || path.endsWith('/api_versions')) return undefined;
  const header = request.headers['version'];
  const wrong = versionProblem(api, Array.isArray(header) ? header[0] : header);
  return wrong && new ProblemError(wrong);
}

const rulesOf = (request: FastifyRequest): RouteRules => request.routeOptions.config as RouteRules;

function mediaRefusal(request: FastifyRequest): ProblemError | undefined {
  if (request.is404) return undefined;
  return acceptRefusal(request) ?? bodyTypeRefusal(request);
}

function acceptRefusal(request: FastifyRequest): ProblemError | undefined {
  const produces = rulesOf(request).produces ?? ['application/json'];
  if (negotiate(request.headers.accept, produces) !== undefined) return undefined;
  return refusal('not-acceptable', `${pathOf(request)} is served as ${produces.join(', ')}.`);
}

const jsonTypes = ['application/json'];
/** tackerclient sends patches as plain JSON. */
const patchTypes = ['application/merge-patch+json', 'application/json'];

function bodyTypeRefusal(request: FastifyRequest): ProblemError | undefined {
  const { 'content-type': type, 'content-encoding': coding = 'identity' } = request.headers;
  if (coding !== 'identity')
    return refusal('unsupported-media-type', `Bodies are taken as they are, not with Content-Encoding: ${coding}.`);
  if (type === undefined || request.method === 'GET' || request.method === 'HEAD') return undefined;
  const consumes = rulesOf(request).consumes ?? (request.method === 'PATCH' ? patchTypes : jsonTypes);
  if (consumes.includes(bareType(type))) return undefined;
  return refusal('unsupported-media-type', `${pathOf(request)} takes ${consumes.join(' or ')}, not ${type}.`);
}
