/**
 * What holds for every request before its handler runs and for every response (SOL013 clauses 4.2, 6.4, 8.3, 9):
 * token, Version, Accept, Content-Type; Version and request id on the way out.
 */
import { NotFoundException } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cut } from '../../shared/cut.js';
import type { Caller, Role } from '../../shared/caller.js';
import { authenticated, type Credential } from './auth.js';
import { setCaller } from './from.js';
import { bareType, negotiate } from './media-types.js';
import { ProblemError, refusal } from './problem-error.js';
import { hostRefusal, targetRefusal } from './request-line.js';
import { seenOf } from './seen.js';
import { apiOf, asksForVersions, versionProblem } from '../sol013/versions.js';

/** What `Describe` says of a route; JSON in and out unless it does. */
export interface RouteRules {
  /** What a caller must have; absent only of paths that need no token. */
  readonly role?: Role | 'anyone';
  /** None: nothing is negotiated. */
  readonly produces?: readonly string[];
  readonly consumes?: readonly string[];
  /** Most bytes of a JSON body; `doorLimits.jsonBytes` unless said. */
  readonly bodyBytes?: number;
}

export interface RuleOptions {
  readonly credentials: readonly Credential[];
  /** Who has shown the token is served, or refused for there are too many. */
  readonly serve: (request: FastifyRequest, reply: FastifyReply) => ProblemError | undefined;
  /** Paths that need no token; `/docs` covers what is below it, `/` nothing. */
  readonly publicPaths: readonly string[];
}

export const pathOf = (request: FastifyRequest): string => request.url.split('?')[0] ?? '';

export function installRequestRules(server: FastifyInstance, options: RuleOptions): void {
  server.addHook('onRequest', (request, reply, done) => {
    const refused = entryRefusal(request, reply, options) ?? headRefusal(request) ?? pathRefusal(request);
    done(refused ?? versionRefusal(request) ?? acceptRefusal(request) ?? bodyTypeRefusal(request));
  });
  server.addHook('onSend', (request, reply, _payload, done) => {
    const api = apiOf(pathOf(request));
    if (api !== undefined) reply.header('version', api.versions[0]);
    reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    done();
  });
}

function entryRefusal(request: FastifyRequest, reply: FastifyReply, options: RuleOptions): ProblemError | undefined {
  const { credentials, publicPaths, serve } = options;
  const path = pathOf(request);
  const open = publicPaths.some((each) => path === each || (each !== '/' && path.startsWith(`${each}/`)));
  if (open) return undefined;
  const caller = authenticated(credentials, request.headers);
  if (caller instanceof ProblemError) return caller;
  setCaller(request, caller);
  return serve(request, reply) ?? roleRefusal(request, caller);
}

/** A route that names no role is for administrators only. */
function roleRefusal(request: FastifyRequest, caller: Caller): ProblemError | undefined {
  const { role = 'administrator' } = rulesOf(request);
  if (request.is404 || role === 'anyone' || caller.roles.includes(role)) return undefined;
  return refusal(
    'forbidden',
    `${cut(pathOf(request))} is for callers with the role "${role}", which ${caller.subject} has not.`,
  );
}

const headRefusal = (request: FastifyRequest): ProblemError | undefined =>
  targetRefusal(request.url) ?? hostRefusal(request.raw) ?? forwardedRefusal(request);

function forwardedRefusal(request: FastifyRequest): ProblemError | undefined {
  const { fault } = seenOf(request);
  return fault === undefined ? undefined : refusal('malformed-request', `The ${fault}.`);
}

function versionRefusal(request: FastifyRequest): ProblemError | undefined {
  const path = pathOf(request);
  const api = apiOf(path);
  if (api === undefined || asksForVersions(api, path)) return undefined;
  const header = request.headers['version'];
  const wrong = versionProblem(api, Array.isArray(header) ? header[0] : header);
  return wrong && new ProblemError(wrong);
}

const rulesOf = (request: FastifyRequest): RouteRules => request.routeOptions.config as RouteRules;

/** An unknown path is reported before any other error; the filter names what exists instead. */
const pathRefusal = (request: FastifyRequest): Error | undefined =>
  request.is404 ? new NotFoundException() : undefined;

function acceptRefusal(request: FastifyRequest): ProblemError | undefined {
  const produces = rulesOf(request).produces ?? ['application/json'];
  if (produces.length === 0 || negotiate(request.headers.accept, produces) !== undefined) return undefined;
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
      { 'accept-encoding': 'identity' },
    );
  if (request.method === 'GET' || request.method === 'HEAD' || (type === undefined && !hasBody(request)))
    return undefined;
  const consumes = rulesOf(request).consumes ?? (request.method === 'PATCH' ? patchTypes : jsonTypes);
  const fault = typeFault(type, consumes);
  if (fault === undefined) return undefined;
  const takes = `${cut(pathOf(request))} takes ${consumes.join(' or ')}`;
  return refusal('unsupported-media-type', `${takes}${fault}.`, { [acceptHeader(request)]: consumes.join(', ') });
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** What goes on after the types that are taken; undefined: it is one of them. */
function typeFault(type: string | undefined, consumes: readonly string[]): string | undefined {
  if (type === undefined || type.trim() === '') return '; the request names no Content-Type';
  if (!consumes.includes(bareType(type))) return `, not ${cut(type)}`;
  const charset = bareType(type).endsWith('json') ? charsetOf(type) : undefined;
  return charset === undefined || charset === 'utf-8' || charset === 'utf8'
    ? undefined
    : ` in UTF-8, not in ${cut(charset)}`;
}

/** By which header a refusal tells what is taken: RFC 5789 clause 3.1, LDP clause 7.1, RFC 9110 clause 15.5.16. */
function acceptHeader({ method }: FastifyRequest): string {
  if (method === 'PATCH') return 'accept-patch';
  return method === 'POST' ? 'accept-post' : 'accept';
}
