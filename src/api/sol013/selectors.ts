/**
 * Attribute selectors (SOL013 clause 5.3): which attributes a collection shows of each resource.
 */
import { childOf, elementOf, isSimple, schemaAt, type ResourceSchema } from './attribute-types.js';

export type Selection =
  | { readonly kind: 'default' | 'all' }
  | { readonly kind: 'fields' | 'fields-and-default' | 'exclude'; readonly paths: readonly (readonly string[])[] };

export class SelectorError extends Error {}

type Query = Readonly<Record<string, unknown>>;

/** The legal combinations of clause 5.3.2.3; every other is an error. `leavable`: mandatory, and yet left out by name. */
export function parseSelection(query: Query, schema: ResourceSchema, leavable: readonly string[] = []): Selection {
  const fields = textOf(query, 'fields');
  // tackerclient writes a hyphen.
  const exclude = textOf(query, 'exclude_fields') ?? textOf(query, 'exclude-fields');
  const all = query['all_fields'] !== undefined;
  const byDefault = query['exclude_default'] !== undefined;
  const given = [all, fields !== undefined, exclude !== undefined, byDefault].filter(Boolean).length;
  if (given > 1 && !(given === 2 && fields !== undefined && byDefault)) {
    throw new SelectorError(
      'of all_fields, fields, exclude_fields and exclude_default only fields and exclude_default go together',
    );
  }
  if (all) return { kind: 'all' };
  if (fields !== undefined) {
    return { kind: byDefault ? 'fields-and-default' : 'fields', paths: pathsOf(fields, schema) };
  }
  return exclude === undefined ? { kind: 'default' } : { kind: 'exclude', paths: removable(exclude, schema, leavable) };
}

function textOf(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new SelectorError(`${name} is given more than once`);
}

function pathsOf(list: string, schema: ResourceSchema): readonly (readonly string[])[] {
  return list.split(',').map((name) => {
    const path = name.split('/');
    if (name === '' || schemaAt(schema, path) === undefined) throw new SelectorError(`there is no attribute "${name}"`);
    return path;
  });
}

function removable(list: string, schema: ResourceSchema, leavable: readonly string[]): readonly (readonly string[])[] {
  const paths = pathsOf(list, schema);
  for (const path of paths) {
    const parent = schemaAt(schema, path.slice(0, -1));
    const mandatory = parent && elementOf(parent).required?.includes(path.at(-1) ?? '');
    if (mandatory && !leavable.includes(path.join('/')))
      throw new SelectorError(`${path.join('/')} is mandatory and cannot be left out`);
  }
  return paths;
}

/** A resource as the selection shows it. `dropped`: attributes that a collection leaves out unless asked. */
export function select(
  resource: object,
  schema: ResourceSchema,
  selection: Selection,
  dropped: readonly string[],
): unknown {
  switch (selection.kind) {
    case 'all':
      return resource;
    case 'default':
      return dropped.reduce<unknown>((rest, name) => without(rest, [name]), resource);
    case 'exclude':
      return selection.paths.reduce<unknown>(without, resource);
    case 'fields':
      return picked(resource, schema, selection.paths);
    case 'fields-and-default': {
      const named = new Set(selection.paths.map((path) => path[0]));
      return dropped
        .filter((name) => !named.has(name))
        .reduce<unknown>((rest, name) => without(rest, [name]), resource);
    }
  }
}

/** Whether a top-level attribute may be in what the selection shows: a mandatory one is, whatever `fields` names. */
export function shows(name: string, schema: ResourceSchema, selection: Selection, dropped: readonly string[]): boolean {
  switch (selection.kind) {
    case 'all':
      return true;
    case 'default':
      return !dropped.includes(name);
    case 'exclude':
      return !selection.paths.some((path) => path.length === 1 && path[0] === name);
    case 'fields':
      return (elementOf(schema).required ?? []).includes(name) || selection.paths.some((path) => path[0] === name);
    case 'fields-and-default':
      return !dropped.includes(name) || selection.paths.some((path) => path[0] === name);
  }
}

function without(value: unknown, path: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((element) => without(element, path));
  const [name, ...rest] = path;
  if (typeof value !== 'object' || value === null || name === undefined || !Object.hasOwn(value, name)) return value;
  const { [name]: child, ...others } = value as Record<string, unknown>;
  return rest.length === 0 ? others : { ...others, [name]: without(child, rest) };
}

/** Simple and mandatory attributes, and those on the paths. */
function picked(value: unknown, schema: ResourceSchema, paths: readonly (readonly string[])[]): unknown {
  if (Array.isArray(value)) return value.map((element) => picked(element, schema, paths));
  if (typeof value !== 'object' || value === null) return value;
  const mandatory = elementOf(schema).required ?? [];
  const kept = Object.entries(value).flatMap(([name, child]): [string, unknown][] => {
    const tails = paths.filter((path) => path[0] === name).map((path) => path.slice(1));
    const own = childOf(schema, name) ?? {};
    const always = mandatory.includes(name) || isSimple(own);
    if (always || tails.some((tail) => tail.length === 0)) return [[name, child]];
    return tails.length === 0 ? [] : [[name, picked(child, own, tails)]];
  });
  return Object.fromEntries(kept);
}
