/**
 * What a route says of itself on the OpenAPI page, in one decorator.
 */
import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiProduces, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { TSchema } from 'typebox';
import { plain } from '../schemas/plain.js';
import { problemDetails } from '../schemas/shared.js';

interface Description {
  readonly summary: string;
  readonly status: number;
  /** Body of success; absent: none. */
  readonly body?: TSchema;
  /** Media types of success, when not JSON. */
  readonly produces?: readonly string[];
  /** Media types of a streamed request body. */
  readonly consumes?: readonly string[];
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

export function Describe(what: Description): MethodDecorator {
  const { status, body, produces, consumes } = what;
  return applyDecorators(
    ApiOperation({ summary: what.summary }),
    ApiResponse({ status, description: 'Success', ...(body && { schema: plain(body) }) }),
    ApiResponse({ status: 'default', description: 'ProblemDetails', schema: plain(problemDetails) }),
    ...(produces ? [ApiProduces(...produces)] : []),
    ...(consumes ? [ApiConsumes(...consumes), ApiBody({ schema: { type: 'string', format: 'binary' } })] : []),
    ...(what.collection ? collectionQueries.map((query) => ApiQuery({ ...query, required: false })) : []),
  );
}
