/**
 * What a route says of itself in one decorator: to the OpenAPI page, and to the rules that every request is held against.
 */
import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type * as library from '@nestjs/swagger';
import type { TSchema } from 'typebox';
import type { Role } from '../../shared/caller.js';
import { plain } from '../schemas/plain.js';
import { problemDetails } from '../schemas/shared.js';
import { ApiQuery, described } from './described.js';
import type { RouteRules } from './request-rules.js';

interface Description {
  /** What a caller must have to be served; `anyone` needs no token (and stands in `publicPaths` of server.ts). */
  readonly role: Role | 'anyone';
  readonly summary: string;
  readonly status: number;
  /** Body of success; absent: none. */
  readonly body?: TSchema;
  /** Media types of success, when not JSON. */
  readonly produces?: readonly string[];
  /** There is one form of what is asked for: it is sent whatever Accept says. */
  readonly asItIs?: boolean;
  /** Media types of a streamed request body. */
  readonly consumes?: readonly string[];
  /** Most bytes of a JSON body; `doorLimits.jsonBytes` unless said. */
  readonly bodyBytes?: number;
  /** A collection: takes filter, selectors and the paging marker. */
  readonly collection?: boolean;
}

const collectionQueries = [
  { name: 'filter', schema: { type: 'string' }, description: 'SOL013 clause 5.2, e.g. (eq,onboardingState,ONBOARDED)' },
  { name: 'all_fields', allowEmptyValue: true, schema: { type: 'string' } },
  { name: 'fields', schema: { type: 'string' } },
  { name: 'exclude_fields', schema: { type: 'string' } },
  { name: 'exclude_default', allowEmptyValue: true, schema: { type: 'string' } },
  { name: 'nextpage_opaque_marker', schema: { type: 'string' } },
] as const;

export const Describe = (what: Description): MethodDecorator =>
  applyDecorators(
    RouteConfig(rulesOf(what)),
    described((swagger) => pageOf(what, swagger)),
    ...(what.collection ? collectionQueries.map((query) => ApiQuery({ ...query, required: false })) : []),
  );

function pageOf({ summary, status, body, produces, consumes }: Description, swagger: typeof library) {
  const { ApiBody, ApiConsumes, ApiOperation, ApiProduces, ApiResponse } = swagger;
  return applyDecorators(
    ApiOperation({ summary }),
    ApiResponse({ status, description: 'Success', ...(body && { schema: plain(body) }) }),
    ApiResponse({ status: 'default', description: 'ProblemDetails', schema: plain(problemDetails) }),
    ...(produces ? [ApiProduces(...produces)] : []),
    ...(consumes ? [ApiConsumes(...consumes), ApiBody({ schema: { type: 'string', format: 'binary' } })] : []),
  );
}

/** An answer without a body negotiates nothing (RFC 9110 clause 12.1). */
function rulesOf({ role, body, produces, asItIs = false, consumes, bodyBytes }: Description): RouteRules {
  const offered = produces ?? (body === undefined ? [] : ['application/json']);
  return { role, produces: asItIs ? [] : offered, ...(consumes && { consumes }), ...(bodyBytes && { bodyBytes }) };
}
