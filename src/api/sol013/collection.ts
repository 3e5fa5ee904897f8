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

/** `Source`: what is stored; a resource is what its `render` makes of it. */
export interface Collection<Source> {
  readonly schema: ResourceSchema;
  /** Attributes that a collection leaves out unless asked for. */
  readonly dropped: readonly string[];
  /** Order of the collection: unique, never changing. */
  readonly keyOf: (source: Source) => string;
}

/** The key of something that began at a moment, in ms: collections come oldest first. */
export const keyOfMoment = (ms: number, id: string): string => `${String(ms).padStart(16, '0')}/${id}`;

export interface Sources<Source> {
  readonly all: readonly Source[];
  readonly render: (source: Source) => object | Promise<object>;
  readonly pageSize: number;
}

const markerName = 'nextpage_opaque_marker';

/** Answers the body and sets the Link header; throws ProblemError 400. Renders all only when a filter has to see all. */
export async function answerCollection<Source>(
  request: FastifyRequest,
  reply: FastifyReply,
  collection: Collection<Source>,
  { all, render, pageSize }: Sources<Source>,
): Promise<readonly unknown[]> {
  const query = request.query as Readonly<Record<string, unknown>>;
  const { schema, keyOf, dropped } = collection;
  const asked = refusing(query, () => ({
    selection: parseSelection(query, schema),
    filter: filterOf(query, schema),
    marker: single(query, markerName),
  }));
  const chosen = asked.filter === undefined ? all : await passing(all, render, asked.filter);
  const ordered = chosen.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const page = refusing(query, () => pageOf(ordered, keyOf, pageSize, asked.marker));
  if (page.next !== undefined) void reply.header('link', `<${nextUri(request, page.next)}>; rel="next"`);
  const resources = await Promise.all(page.items.map(async (item) => render(item)));
  return resources.map((resource) => select(resource, schema, asked.selection, dropped));
}

type Filter = ReturnType<typeof compileFilter>;

function filterOf(query: Readonly<Record<string, unknown>>, schema: ResourceSchema): Filter | undefined {
  const text = single(query, 'filter');
  return text === undefined ? undefined : compileFilter(text, schema);
}

async function passing<S>(all: readonly S[], render: Sources<S>['render'], filter: Filter): Promise<readonly S[]> {
  const passes = await Promise.all(all.map(async (source) => filter(await render(source))));
  return all.filter((_, at) => passes[at]);
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
