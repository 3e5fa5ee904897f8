/**
 * A query parameter that its route does not declare is refused, not passed over (SOL013 clause 6.4): a misspelt filter
 * would answer everything. What a route takes is what the OpenAPI page says of it.
 */
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { cut } from '../../shared/cut.js';
import { perhaps } from '../../shared/suggest.js';
import { apiOf } from '../sol013/versions.js';
import { queriesOf } from './described.js';
import { refusal } from './problem-error.js';
import { pathOf } from './request-rules.js';

/** Other spellings that clients have, of parameters that routes declare. */
export const otherSpellings: Readonly<Record<string, string>> = {
  'exclude-fields': 'exclude_fields',
  include_signature: 'include_signatures',
  select_non_mano_artifacts: 'select_non_mano_artifact_sets',
};

export class KnownQuery implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const path = pathOf(request);
    if (apiOf(path) === undefined && !path.endsWith('/api_versions')) return true;
    const known = queriesOf(context.getHandler()).toSorted();
    const names = Object.keys(request.query as Readonly<Record<string, unknown>>);
    const stranger = names.find((name) => !known.includes(otherSpellings[name] ?? name));
    if (stranger === undefined) return true;
    const takes = known.length === 0 ? 'it takes none' : `known are ${known.join(', ')}`;
    const detail = `The query has ${cut(stranger)}, which is not known${perhaps(stranger, known)}; ${takes}.`;
    throw refusal('malformed-request', detail);
  }
}
