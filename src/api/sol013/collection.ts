/**
 * A collection GET: filter, page and attribute selection (SOL013 clauses 5.2 to 5.4), on what is read of the collection
 * for this page only.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SteadyClock } from '../../shared/clock.js';
import { problem } from '../../shared/problem.js';
import { ProblemError } from '../http/problem-error.js';
import { seenOf } from '../http/seen.js';
import type { ResourceSchema } from './attribute-types.js';
import { compileFilter, FilterTypeError, type CompiledFilter } from './filter-match.js';
import { FilterSyntaxError, type FilterTerm } from './filter-grammar.js';
import { Narrowing } from './narrowing.js';
import { keyIn, markerOf, UnknownMarker } from './paging.js';
import { defaultBounds, scanPage, type Scanned } from './scan.js';
import { parseSelection, select, SelectorError, shows, type Selection } from './selectors.js';

export interface Collection<Source> {
  readonly schema: ResourceSchema;
  /** Attributes that a collection leaves out unless asked for. */
  readonly dropped: readonly string[];
  /** Attributes that only `render` of the whole resource has, at the cost of more reading. */
  readonly costly: readonly string[];
  /** Mandatory ones that `exclude_fields` may still name. */
  readonly leavable?: readonly string[];
  /** Order of the collection: unique, never changing. */
  readonly keyOf: (source: Source) => string;
}

/** `Source`: what is read of each for a page; a resource is what `render` makes of it. */
export interface Sources<Source> {
  /** In the order of keys; may leave out what the narrowing leaves out. */
  readonly read: (after: string | undefined, limit: number, narrowing: Narrowing) => Promise<readonly Source[]>;
  /** Without the costly attributes unless `whole`; undefined when it is gone by now. */
  readonly render: (source: Source, whole: boolean) => object | undefined | Promise<object | undefined>;
  readonly paging: Paging;
}

export interface Paging {
  /** Resources per page. */
  readonly pageSize: number;
  /** By which others have their turn while a page is read. */
  readonly clock: Pick<SteadyClock, 'elapsedMs'>;
}

/** `read` of what is in memory, in the order of its keys. */
export const readFrom =
  <Source>(all: readonly Source[], { keyOf }: Pick<Collection<Source>, 'keyOf'>): Sources<Source>['read'] =>
  (after, limit) =>
    Promise.resolve(all.filter((each) => after === undefined || keyOf(each) > after).slice(0, limit));

const markerName = 'nextpage_opaque_marker';

/** What it costs a filter to look at a whole resource, in rows. */
const costOfWhole = 20;

/** Values that are compared at the price of one row. */
const valuesPerRow = 16;

const costOfTerms = (terms: readonly FilterTerm[]): number =>
  Math.max(1, terms.reduce((count, { values }) => count + values.length, 0) / valuesPerRow);

/** Answers the body and sets the Link header; throws ProblemError 400. */
export async function answerCollection<Source>(
  request: FastifyRequest,
  reply: FastifyReply,
  collection: Collection<Source>,
  sources: Sources<Source>,
): Promise<readonly unknown[]> {
  const query = request.query as Readonly<Record<string, unknown>>;
  const asked = refusing(query, () => askedIn(query, collection));
  const { paging } = sources;
  const bounds = { ...defaultBounds, resources: paging.pageSize };
  const page = await scanPage(scanned(collection, sources, asked), asked.after, bounds, paging.clock).catch(
    (error: unknown) =>
      refusing(query, () => {
        throw error;
      }),
  );
  if (page.next !== undefined) {
    void reply.header('link', `<${nextUri(request, markerOf(page.next))}>; rel="next"`);
  }
  return page.resources;
}

interface Asked {
  readonly selection: Selection;
  readonly filter: CompiledFilter | undefined;
  readonly after: string | undefined;
}

function askedIn(
  query: Readonly<Record<string, unknown>>,
  { schema, leavable }: Pick<Collection<never>, 'schema' | 'leavable'>,
): Asked {
  const filter = single(query, 'filter');
  const marker = single(query, markerName);
  return {
    selection: parseSelection(query, schema, leavable),
    filter: filter === undefined ? undefined : compileFilter(filter, schema),
    after: marker === undefined ? undefined : keyIn(marker),
  };
}

function scanned<S>(collection: Collection<S>, { read, render }: Sources<S>, asked: Asked): Scanned<S> {
  const { schema, dropped, costly, keyOf } = collection;
  const { filter, selection } = asked;
  const narrowing = new Narrowing(filter?.terms ?? [], schema);
  const showsWhole = costly.some((name) => shows(name, schema, selection, dropped));
  const testsWhole = filter?.terms.some(({ path: [name = ''] }) => costly.includes(name)) ?? false;
  const test = filter?.test;
  return {
    keyOf,
    read: (after, limit) => read(after, limit, narrowing),
    ...(test && {
      passes: async (source: S) => {
        const resource = await render(source, testsWhole);
        return resource !== undefined && test(resource);
      },
    }),
    costOfPassing: (testsWhole ? costOfWhole : 1) * costOfTerms(filter?.terms ?? []),
    show: async (source) => {
      const resource = await render(source, showsWhole);
      return resource && select(resource, schema, selection, dropped);
    },
  };
}

function single(query: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new SelectorError(`${name} is given more than once`);
}

function nextUri(request: FastifyRequest, marker: string): string {
  const [path = '', ...query] = request.url.split('?');
  const parameters = new URLSearchParams(query.join('?'));
  parameters.set(markerName, marker);
  return `${seenOf(request).base}${path}?${parameters.toString()}`;
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
