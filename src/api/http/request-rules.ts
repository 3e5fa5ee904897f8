/**
 * What holds for every request before its handler runs and for every response (SOL013 clauses 4.2, 6.4, 8.3, 9):
 * token, Version, Accept, Content-Type; Version and request id on the way out.
 */
import { NotFoundException } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cut } from '../../shared/cut.js';
import { authProblem } from './auth.js';
import { bareType, negotiate } from './media-types.js';
import { ProblemError, refusal } from './problem-error.js';
import { hostRefusal, targetRefusal } from './request-line.js';
import { apiOf, versionProblem } from '../sol013/versions.js';

/** What a route may say with `@RouteConfig`; JSON in and out unless it does. */
export interface RouteRules {
  readonly produces?: readonly string[];
  readonly consumes?: readonly string[];
  /** Most bytes of a JSON body; `doorLimits.jsonBytes` unless said. */
  readonly bodyBytes?: number;
}

export interface RuleOptions {
  readonly token: string;
  /** Who has shown the token is served, or refused for there are too many. */
  readonly serve: (request: FastifyRequest, reply: FastifyReply) => ProblemError | undefined;
  /** Paths that need no token; `/docs` covers what is below it, `/` nothing. */
  readonly publicPaths: readonly string[];
}

export const pathOf = (request: FastifyRequest): string => request.url.split('?')[0] ?? '';

export function installRequestRules(server: FastifyInstance, options: RuleOptions): void {
  server.addHook('onRequest', (request, reply, done) => {
    done(
      entryRefusal(request, reply, options) ?? headRefusal(request) ?? versionRefusal(request) ?? mediaRefusal(request),
    );
  });
  server.addHook('onSend', (request, reply, _payload, done) => {
    const api = apiOf(pathOf(request));
    if (api !== undefined) reply.header('version', api.versions[0]);
    reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    done();
  });
}

function entryRefusal(request: FastifyRequest, reply: FastifyReply, options: RuleOptions): ProblemError | undefined {
  const { token, publicPaths, serve } = options;
  const path = pathOf(request);
  const open = publicPaths.some((each) => path === each || (each !== '/' && path.startsWith(`${each}/`)));
  return open ? undefined : (authProblem(token, request.headers) ?? serve(request, reply));
}

const headRefusal = ({ url, headers }: FastifyRequest): ProblemError | undefined =>
  targetRefusal(url) ?? hostRefusal(headers);

function versionRefusal(request: FastifyRequest): ProblemError | undefined {
  const path = pathOf(request);
  const api = apiOf(path);
  if (api === undefined || path.endsWith('/api_versions')) return undefined;
  const header = request.headers['version'];
  const wrong = versionProblem(api, Array.isArray(header) ? header[0] : header);
  return wrong && new ProblemError(wrong);
}

const rulesOf = (request: FastifyRequest): RouteRules => request.routeOptions.config as RouteRules;

/** An unknown path is told before its body is read; the filter says what is there instead. */
function mediaRefusal(request: FastifyRequest): Error | undefined {
  if (request.is404) return new NotFoundException();
  return acceptRefusal(request) ?? bodyTypeRefusal(request);
}

function acceptRefusal(request: FastifyRequest): ProblemError | undefined {
  const produces = rulesOf(request).produces ?? ['application/json'];
  if (negotiate(request.headers.accept, produces) !== undefined) return undefined;
  return refusal('not-acceptable', `${cut(pathOf(request))} is served as ${produces.join(', ')}.`);
}

/** RFC 9110 clause 8.3.2; JSON is UTF-8 whatever is said (RFC 8259 clause 8.1), and nothing else is taken for it. */
const charsetOf = (type: string): string | undefined =>
  /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(type)?.[1]?.toLowerCase();

const jsonTypes = ['application/json'];
/** tackerclient sends patches as plain JSON. */
const patchTypes = ['application/merge-patch+json', 'application/json'];

function bodyTypeRefusal(request: FastifyRequest): ProblemError | undefined {
  const { 'content-type': type, 'content-encoding': coding = 'identity' } = request.headers;
  if (coding !== 'identity')
    return refusal(
      'unsupported-media-type',
      `Bodies are taken as they are, not with Content-Encoding: ${cut(coding)}.`,
    );
  if (type === undefined || request.method === 'GET' || request.method === 'HEAD') return undefined;
  const consumes = rulesOf(request).consumes ?? (request.method === 'PATCH' ? patchTypes : jsonTypes);
  const takes = `${cut(pathOf(request))} takes ${consumes.join(' or ')}`;
  if (!consumes.includes(bareType(type))) return refusal('unsupported-media-type', `${takes}, not ${cut(type)}.`);
  const charset = bareType(type).endsWith('json') ? charsetOf(type) : undefined;
  if (charset === undefined || charset === 'utf-8' || charset === 'utf8') return undefined;
  return refusal('unsupported-media-type', `${takes} in UTF-8, not in ${cut(charset)}.`);
}
