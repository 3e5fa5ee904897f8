/**
 * Attribute-based filters against resources (SOL013 clause 5.2). A term holds when some element of a multi-valued
 * attribute satisfies it, for `neq`, `nin` and `ncont` too; an absent attribute satisfies nothing.
 */
import { leafType, schemaAt, type LeafType, type ResourceSchema } from './attribute-types.js';
import { KEY_STEP, parseFilter, type FilterOp, type FilterTerm } from './filter-grammar.js';

/** The filter cannot apply to this resource; the message says why. */
export class FilterTypeError extends Error {}

type Comparable = string | number | boolean;
type Test = (resource: unknown) => boolean;

export interface CompiledFilter {
  readonly terms: readonly FilterTerm[];
  readonly test: Test;
}

/** Throws FilterSyntaxError or FilterTypeError; both are 400. */
export function compileFilter(text: string, schema: ResourceSchema): CompiledFilter {
  const terms = parseFilter(text);
  const tests = terms.map((term) => compileTerm(term, schema));
  return { terms, test: (resource) => tests.every((test) => test(resource)) };
}

export function compileTerm(term: FilterTerm, schema: ResourceSchema): Test {
  const name = term.path.join('/');
  const at = schemaAt(schema, term.path);
  if (at === undefined) throw new FilterTypeError(`there is no attribute ${name}`);
  const type = leafType(at);
  if (type === undefined) throw new FilterTypeError(`${name} is a structure; name an attribute inside it`);
  checkOperator(term.op, type, name);
  const wanted = term.values.map((value) => convert(value, type, name));
  return (resource) => valuesAt(resource, term.path).some((value) => holds(term.op, value, wanted, type));
}

function checkOperator(op: FilterOp, type: LeafType, name: string): void {
  const textual = op === 'cont' || op === 'ncont';
  const ordering = op === 'gt' || op === 'gte' || op === 'lt' || op === 'lte';
  const unfit = (textual && type !== 'string' && type !== 'any') || (ordering && type === 'boolean');
  if (unfit) throw new FilterTypeError(`${op} does not apply to ${name}, which is a ${type}`);
}

function convert(value: string, type: LeafType, name: string): Comparable {
  const wrong = () => new FilterTypeError(`${name} is a ${type}, "${value}" is not`);
  if (type === 'number') {
    if (value.trim() === '' || !Number.isFinite(Number(value))) throw wrong();
    return Number(value);
  }
  if (type === 'boolean') {
    if (value !== 'true' && value !== 'false') throw wrong();
    return value === 'true';
  }
  if (type === 'date-time') {
    if (Number.isNaN(Date.parse(value))) throw wrong();
    return Date.parse(value);
  }
  return value;
}

/** Every value at a path, through all elements of arrays; `@key` gives the keys of a map. */
function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, path));
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (name === KEY_STEP) return Object.keys(value);
  return Object.hasOwn(value, name) ? valuesAt((value as Record<string, unknown>)[name], rest) : [];
}

function holds(op: FilterOp, found: unknown, wanted: readonly Comparable[], type: LeafType): boolean {
  const [value, asked] = comparable(found, wanted, type);
  if (value === undefined) return false;
  if (op === 'in' || op === 'cont') return asked.some((each) => compare(op, value, each));
  return asked.every((each) => compare(op, value, each));
}

/** Both sides in one type. Inside free-form maps the value found decides. */
function comparable(
  found: unknown,
  wanted: readonly Comparable[],
  type: LeafType,
): readonly [Comparable | undefined, readonly Comparable[]] {
  if (type === 'date-time') return [typeof found === 'string' ? Date.parse(found) : undefined, wanted];
  if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean') return [undefined, wanted];
  if (type !== 'any') return [found, wanted];
  if (typeof found === 'number') return [found, wanted.map(Number)];
  return typeof found === 'boolean' ? [String(found), wanted] : [found, wanted];
}

function compare(op: FilterOp, value: Comparable, wanted: Comparable): boolean {
  switch (op) {
    case 'eq':
    case 'in':
      return value === wanted;
    case 'neq':
    case 'nin':
      return value !== wanted;
    case 'gt':
      return value > wanted;
    case 'gte':
      return value >= wanted;
    case 'lt':
      return value < wanted;
    case 'lte':
      return value <= wanted;
    case 'cont':
      return String(value).includes(String(wanted));
    case 'ncont':
      return !String(value).includes(String(wanted));
  }
}
