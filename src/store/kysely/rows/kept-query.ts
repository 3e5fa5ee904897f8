/**
 * Queries that run many times per operation: built and compiled once for each database, and run with different values
 * each time. For small queries, building and compiling cost more than running. They use the same plugins and the same
 * connection or transaction as other queries.
 *
 *     const byId = keptQuery((db, { id }: { id: string }) => db.selectFrom('hosts').selectAll().where('id', '=', id));
 *     const row = await byId.first(tx, { id });
 */
import type {
  Compilable,
  CompiledQuery,
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
} from 'kysely';
import { isJsonObject } from '../../../shared/json-object.js';
import type { Db } from '../schema.js';

type Build<Given, Row> = (db: Db, given: Given) => Compilable<Row>;

interface KeptQuery<Given extends object, Row> {
  readonly all: (db: Db, given: Given) => Promise<readonly Row[]>;
  readonly first: (db: Db, given: Given) => Promise<Row | undefined>;
  /** How many rows it changed. */
  readonly change: (db: Db, given: Given) => Promise<number>;
}

/**
 * `build` gets an opaque placeholder for each value, and may only use it where a value of the query goes. A
 * list may be of another length each time, a record may lack members; what is undefined is left out.
 */
export function keptQuery<Given extends object, Row>(build: Build<Given, Row>): KeptQuery<Given, Row> {
  return {
    all: async (db, given) => (await run(db, build, given)).rows,
    first: async (db, given) => (await run(db, build, given)).rows[0],
    change: async (db, given) => Number((await run(db, build, given)).numAffectedRows ?? 0),
  };
}

/** Limit of compiled texts per query: lists of other lengths and records with other members have other texts. */
const mostShapes = 100;

/** Limit of what all kept queries of a database take, about: those for long lists are large. */
const mostBytes = 4 * 1024 * 1024;

/** Of one value of a query: its node in the tree beside its place in the text. */
const bytesOfValue = 250;

const bytesOf = ({ sql, parameters }: CompiledQuery, shape: string): number =>
  2 * (sql.length + shape.length) + bytesOfValue * parameters.length;

/** The compiled queries of one database: a plugin, because transactions inherit the plugins of their database. */
export class CompiledQueries implements KyselyPlugin {
  readonly #compiled = new Map<unknown, Map<string, CompiledQuery>>();
  #bytes = 0;

  /** What they take, about. */
  get bytes(): number {
    return this.#bytes;
  }

  find<Row>(build: unknown, shape: string, make: () => CompiledQuery<Row>): CompiledQuery<Row> {
    const kept = this.#compiled.get(build) ?? new Map<string, CompiledQuery>();
    const known = kept.get(shape);
    if (known !== undefined) return known;
    const made = make();
    this.#compiled.set(build, kept);
    const bytes = bytesOf(made, shape);
    if (kept.size >= mostShapes || this.#bytes + bytes > mostBytes) return made;
    kept.set(shape, made);
    this.#bytes += bytes;
    return made;
  }

  transformQuery({ node }: PluginTransformQueryArgs): PluginTransformQueryArgs['node'] {
    return node;
  }

  transformResult({ result }: PluginTransformResultArgs): Promise<PluginTransformResultArgs['result']> {
    return Promise.resolve(result);
  }
}

/** Placeholder for a value in the compiled query. */
class Slot {
  readonly at: number;

  constructor(at: number) {
    this.at = at;
  }
}

function run<Given, Row>(db: Db, build: Build<Given, Row>, given: Given): Promise<QueryResult<Row>> {
  const executor = db.getExecutor();
  const compiled = executor.plugins.find((plugin) => plugin instanceof CompiledQueries);
  if (compiled === undefined) throw new Error('this database was made without CompiledQueries among its plugins');
  const values: unknown[] = [];
  const shape = shapeOf(given, values);
  const query = compiled.find(build, shape, () => build(db, slotsFor(given, { next: 0 }) as Given).compile());
  const parameters = query.parameters.map((each) => (each instanceof Slot ? values[each.at] : each));
  return executor.executeQuery<Row>({ ...query, parameters });
}

/** What makes the text of the query; the values are put into `values` in the order of the slots. */
function shapeOf(given: unknown, values: unknown[]): string {
  if (Array.isArray(given)) {
    let shape = '[';
    for (const each of given) shape += `${shapeOf(each, values)},`;
    return `${shape}]`;
  }
  if (isJsonObject(given)) {
    let shape = '{';
    for (const name in given) if (given[name] !== undefined) shape += `${name}${shapeOf(given[name], values)},`;
    return `${shape}}`;
  }
  values.push(given);
  return '';
}

function slotsFor(given: unknown, count: { next: number }): unknown {
  if (Array.isArray(given)) return given.map((each) => slotsFor(each, count));
  if (!isJsonObject(given)) return new Slot(count.next++);
  const members = Object.entries(given).filter(([, each]) => each !== undefined);
  return Object.fromEntries(members.map(([name, each]) => [name, slotsFor(each, count)]));
}
