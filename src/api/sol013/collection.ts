/**
 * A collection GET: filter, then page, then attribute selection (SOL013 clauses 5.2 to 5.4).
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../../shared/problem.js';
import { ProblemError } from '../http/problem-error.js';
import type { ResourceSchema } from './attribute-types.js';
import { compileFilter, FilterTypeError } from './filter-match.js';
import { FilterSyntaxError } from './filter-grammar.js';
import { pageOf, UnknownMarker } from './paging.js';
import { parseSelection, select, SelectorError } from './selectors.js';

export interface Collection<T extends object> {
  readonly schema: ResourceSchema;
  /** Attributes that a collection leaves out unless asked for. */
  readonly dropped: readonly string[];
  /** Order of the collection: unique, never changing. */
  readonly keyOf: (resource: T) => string;
}

const markerName = 'nextpage_opaque_marker';

/** Answers the body and sets the Link header; throws ProblemError 400. */
export function answerCollection<T extends object>(
  request: FastifyRequest,
  reply: FastifyReply,
  collection: Collection<T>,
  resources: readonly T[],
  pageSize: number,
): readonly unknown[] {
  const query = request.query as Readonly<Record<string, unknown>>;
  const { schema, keyOf, dropped } = collection;
  return refusing(query, () => {
    const selection = parseSelection(query, schema);
    const filter = single(query, 'filter');
    const chosen = filter === undefined ? resources : resources.filter(compileFilter(filter, schema));
    const ordered = chosen.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const page = pageOf(ordered, keyOf, pageSize, single(query, markerName));
    if (page.next !== undefined) void reply.header('link', `<${nextUri(request, page.next)}>; rel="next"`);
    return page.items.map((item) => select(item, schema, selection, dropped));
  });
}

function single(query: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new SelectorError(`${name} is given more than once`);
}

function nextUri(request: FastifyRequest, marker: string): string {
  const uri = new URL(request.url, `${request.protocol}://${request.host}`);
  uri.searchParams.set(markerName, marker);
  return uri.href;
}

function refusing<T>(query: unknown, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const ours = [FilterSyntaxError, FilterTypeError, SelectorError, UnknownMarker].some(
      (kind) => error instanceof kind,
    );
    if (!ours || !(error instanceof Error)) throw error;
    throw new ProblemError(problem('malformed-request', `The query cannot be used: ${error.message}.`, { query }));
  }
}

/** Whether a query can show or test an attribute that the collection drops by default: spares the work of making it. */
export function mayShow(request: FastifyRequest, attribute: string): boolean {
  const query = request.query as Readonly<Record<string, unknown>>;
  const whole = ['all_fields', 'exclude_fields', 'exclude-fields'].some((name) => name in query);
  return (
    whole || [query['fields'], query['filter']].some((each) => typeof each === 'string' && each.includes(attribute))
  );
}
