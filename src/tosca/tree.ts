/**
 * A document as a tree whose every node knows where it stands. Parsers read this tree, never a YAML library, and ask
 * it leniently: a node of the wrong shape reads as absent, because the schema check has already said what is wrong.
 */
import type { Place } from '../shared/finding.js';

export interface YamlMap {
  readonly kind: 'map';
  readonly at: Place;
  readonly entries: ReadonlyMap<string, YamlNode>;
}

export interface YamlList {
  readonly kind: 'list';
  readonly at: Place;
  readonly items: readonly YamlNode[];
}

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly at: Place;
  readonly value: string | number | boolean | null;
  /** As written, so that `version: 1.0` stays `1.0`. */
  readonly text: string;
}

export type YamlNode = YamlMap | YamlList | YamlScalar;
type Maybe = YamlNode | undefined;

/** Walks down keys of maps. */
export function child(node: Maybe, ...keys: readonly string[]): Maybe {
  let here = node;
  for (const key of keys) here = here?.kind === 'map' ? here.entries.get(key) : undefined;
  return here;
}

export const asMap = (node: Maybe): YamlMap | undefined => (node?.kind === 'map' ? node : undefined);

export const entriesOf = (node: Maybe): readonly (readonly [string, YamlNode])[] =>
  node?.kind === 'map' ? [...node.entries] : [];

export const itemsOf = (node: Maybe): readonly YamlNode[] => (node?.kind === 'list' ? node.items : []);

/** Text of a scalar as written; null reads as absent. */
export const textOf = (node: Maybe): string | undefined =>
  node?.kind === 'scalar' && node.value !== null ? node.text : undefined;

export function intOf(node: Maybe): number | undefined {
  const text = textOf(node)?.trim();
  if (text === undefined || !/^[+-]?\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}

export function boolOf(node: Maybe): boolean | undefined {
  const text = textOf(node)?.trim().toLowerCase();
  if (text === 'true') return true;
  return text === 'false' ? false : undefined;
}

export const textsOf = (node: Maybe): readonly string[] =>
  itemsOf(node).flatMap((item) => {
    const text = textOf(item);
    return text === undefined ? [] : [text];
  });

/** A map of strings; values that are not scalars are written as JSON. */
export function textMapOf(node: Maybe): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entriesOf(node).map(([key, value]) => [key, textOf(value) ?? (isNull(value) ? '' : JSON.stringify(plain(value)))]),
  );
}

export const isNull = (node: Maybe): boolean => node === undefined || (node.kind === 'scalar' && node.value === null);

/** The tree as ordinary JSON. */
export function plain(node: Maybe): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
}

/** Plain JSON as a tree, for what asks trees; `file` says where it came from. */
export function nodeOf(value: unknown, file: string): YamlNode {
  const at: Place = { file };
  if (Array.isArray(value)) return { kind: 'list', at, items: value.map((item) => nodeOf(item, file)) };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, each]) => [key, nodeOf(each, file)] as const);
    return { kind: 'map', at, entries: new Map(entries) };
  }
  const scalar = value as YamlScalar['value'];
  return { kind: 'scalar', at, value: scalar, text: String(scalar) };
}

/** The deepest node on a path of keys and indexes, for pointing at what a schema complains of. */
export function deepest(node: YamlNode, path: readonly string[]): YamlNode {
  let here = node;
  for (const key of path) {
    const next = here.kind === 'map' ? here.entries.get(key) : itemsOf(here)[Number(key)];
    if (next === undefined) return here;
    here = next;
  }
  return here;
}

export const emptyMap = (at: Place): YamlMap => ({ kind: 'map', at, entries: new Map() });

/** Entries of `over` win; the place is that of `over`. */
export const overlay = (under: ReadonlyMap<string, YamlNode>, over: YamlMap): YamlMap => ({
  ...over,
  entries: new Map([...under, ...over.entries]),
});

/**
 * TOSCA writes named things as a map, or as a list of maps with one key (policies, requirements, artifacts):
 * both read as pairs, in order.
 */
export function namedOf(node: Maybe): readonly (readonly [string, YamlNode])[] {
  return node?.kind === 'list' ? node.items.flatMap((item) => entriesOf(item)) : entriesOf(node);
}
