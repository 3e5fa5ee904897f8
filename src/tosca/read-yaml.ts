/**
 * YAML text to a tree with positions, and nothing else: the only place that knows the `yaml` library. Hostile text is
 * bounded: size, depth and the number of nodes that a document would have with every alias written out. Aliases share
 * one node, so a bomb is measured without being blown up. TOSCA documents are YAML 1.2; merge keys are honoured.
 */
import { LineCounter, isAlias, isMap, isPair, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, ParsedNode, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Finding, Place } from '../shared/finding.js';
import { found, type ToscaCode } from './finding-codes.js';
import type { YamlMap, YamlNode } from './tree.js';

export interface YamlLimits {
  readonly characters: number;
  readonly depth: number;
  /** Nodes with every alias written out. */
  readonly nodes: number;
  /** Syntax errors reported per file. */
  readonly syntaxErrors: number;
}

export const defaultYamlLimits: YamlLimits = { characters: 1_048_576, depth: 64, nodes: 200_000, syntaxErrors: 20 };

export interface YamlReading {
  readonly findings: readonly Finding[];
  /** Absent when the document cannot be trusted. */
  readonly root?: YamlNode;
}

/** Reads one document. Never throws on bad text. */
export function readYaml(file: string, text: string, limits: YamlLimits = defaultYamlLimits): YamlReading {
  if (text.length > limits.characters) {
    return refuse(
      'YAML-TOO-LARGE',
      { file },
      `The file has ${text.length} characters; at most ${limits.characters} are read.`,
    );
  }
  try {
    return convert(file, text, limits);
  } catch (error) {
    if (error instanceof Refusal) return refuse(error.code, error.at, error.message);
    // The library recurses: text that nests thousands deep exhausts the stack before our own depth limit is asked.
    if (error instanceof RangeError)
      return refuse('YAML-TOO-DEEP', { file }, 'The document nests too deep to be read.');
    return refuse('YAML-SYNTAX', { file }, `The file cannot be read as YAML: ${String(error)}`);
  }
}

const refuse = (code: ToscaCode, at: Place, message: string): YamlReading => ({
  findings: [found(code, at, message)],
});

class Refusal extends Error {
  readonly code: ToscaCode;
  readonly at: Place;
  constructor(code: ToscaCode, at: Place, message: string) {
    super(message);
    this.code = code;
    this.at = at;
  }
}

function convert(file: string, text: string, limits: YamlLimits): YamlReading {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // The library compares every key with every other; ours is linear.
    uniqueKeys: false,
    schema: 'core',
    version: '1.2',
    // Not `silent`: that would also hide a second document.
    logLevel: 'error',
  });
  if (document.errors.length > 0) return { findings: syntaxFindings(file, document, lines, limits) };
  if (document.contents === null) return refuse('YAML-EMPTY', { file }, 'The file holds no document.');
  const converter = new Converter(file, lines, limits);
  const root = converter.node(document.contents, '', 0);
  return { findings: converter.findings, root };
}

function syntaxFindings(file: string, document: Document, lines: LineCounter, limits: YamlLimits): readonly Finding[] {
  return document.errors.slice(0, limits.syntaxErrors).map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    const message =
      error.code === 'MULTIPLE_DOCS'
        ? 'A second document begins here; a file of definitions holds one.'
        : `This is not YAML: ${error.message}.`;
    return found('YAML-SYNTAX', { file, line, column: col }, message);
  });
}

/** Names that every JavaScript object inherits: never keys of ours. */
const reservedKeys = new Set(Object.getOwnPropertyNames(Object.prototype));

class Converter {
  readonly findings: Finding[] = [];
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #limits: YamlLimits;
  readonly #anchors = new Map<string, YamlNode | 'open'>();
  /** Nodes below and including a node, aliases written out. */
  readonly #sizes = new WeakMap<YamlNode, number>();

  constructor(file: string, lines: LineCounter, limits: YamlLimits) {
    this.#file = file;
    this.#lines = lines;
    this.#limits = limits;
  }

  /** A collection, or nothing, under a key stands where its key stands: that is the line a person looks for. */
  node(source: ParsedNode, path: string, depth: number, key?: unknown): YamlNode {
    const isWritten = isScalar(source) && source.source !== '';
    const at = this.#place(isWritten ? source : (key ?? source), path);
    if (depth > this.#limits.depth) {
      throw new Refusal('YAML-TOO-DEEP', at, `The document nests deeper than ${this.#limits.depth} levels.`);
    }
    if (isAlias(source)) return this.#alias(source.source, at);
    if (source.anchor !== undefined) this.#anchors.set(source.anchor, 'open');
    const node = this.#collection(source, at, path, depth);
    if (source.anchor !== undefined) this.#anchors.set(source.anchor, node);
    return node;
  }

  #collection(source: YAMLMap.Parsed | YAMLSeq.Parsed | Scalar.Parsed, at: Place, path: string, depth: number) {
    if (isMap(source)) return this.#map(source, at, path, depth);
    if (isSeq(source)) return this.#list(source, at, path, depth);
    return this.#scalar(source, at);
  }

  #map(source: YAMLMap.Parsed, at: Place, path: string, depth: number): YamlNode {
    const entries = new Map<string, YamlNode>();
    const merged: YamlNode[] = [];
    for (const pair of source.items) {
      const key = this.#key(pair.key, at);
      if (key === undefined) continue;
      const below = path === '' ? key : `${path}/${key}`;
      const value =
        pair.value === null ? this.#empty(pair.key, below) : this.node(pair.value, below, depth + 1, pair.key);
      if (key === '<<') merged.push(value);
      else {
        // Reading goes on with the last, as most readers of YAML do: what they would say of the file is then said too.
        if (entries.has(key)) this.#reportTwice(pair.key, key, below);
        entries.set(key, value);
      }
    }
    return this.#measured({ kind: 'map', at, entries: withMerged(entries, merged) });
  }

  #list(source: YAMLSeq.Parsed, at: Place, path: string, depth: number): YamlNode {
    const items = source.items.flatMap((item, index) => {
      if (isPair(item)) return [];
      return [this.node(item, path === '' ? String(index) : `${path}/${index}`, depth + 1)];
    });
    return this.#measured({ kind: 'list', at, items });
  }

  #scalar(source: Scalar.Parsed, at: Place): YamlNode {
    const raw: unknown = source.value;
    const text = typeof raw === 'string' ? raw : (source.source ?? String(raw));
    const value = typeof raw === 'number' && !Number.isFinite(raw) ? text : scalarValue(raw, text);
    return this.#measured({ kind: 'scalar', at, value, text });
  }

  #alias(anchor: string, at: Place): YamlNode {
    const node = this.#anchors.get(anchor);
    if (node === undefined) throw new Refusal('YAML-ALIAS', at, `The alias \`*${anchor}\` has no anchor before it.`);
    if (node === 'open') throw new Refusal('YAML-ALIAS', at, `The anchor \`&${anchor}\` contains itself.`);
    return node;
  }

  #key(key: unknown, at: Place): string | undefined {
    if (!isScalar(key)) {
      this.findings.push(found('YAML-KEY', at, 'A key of this map is not plain text.'));
      return undefined;
    }
    const text = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
    if (!reservedKeys.has(text)) return text;
    this.#report('YAML-KEY', key, text, `\`${text}\` is a reserved word and cannot be a key.`);
    return undefined;
  }

  #empty(key: unknown, path: string): YamlNode {
    return this.#measured({ kind: 'scalar', at: this.#place(key, path), value: null, text: '' });
  }

  #measured(node: YamlNode): YamlNode {
    const below = node.kind === 'map' ? [...node.entries.values()] : node.kind === 'list' ? node.items : [];
    const size = below.reduce((sum, one) => sum + (this.#sizes.get(one) ?? 1), 1);
    if (size > this.#limits.nodes) {
      const message = `The document would have more than ${this.#limits.nodes} nodes with its aliases written out.`;
      throw new Refusal('YAML-TOO-MANY-NODES', node.at, message);
    }
    this.#sizes.set(node, size);
    return node;
  }

  #reportTwice(source: unknown, key: string, path: string): void {
    this.#report('YAML-DUPLICATE-KEY', source, path, `The key \`${key}\` stands twice in the same map.`);
  }

  #report(code: ToscaCode, source: unknown, path: string, message: string): void {
    this.findings.push(found(code, this.#place(source, path), message));
  }

  #place(source: unknown, path: string): Place {
    const offset = hasRange(source) ? source.range[0] : undefined;
    if (offset === undefined) return { file: this.#file, path };
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line, column: col, path };
  }
}

const hasRange = (source: unknown): source is { readonly range: readonly [number, number, number] } =>
  typeof source === 'object' && source !== null && 'range' in source && Array.isArray(source.range);

const scalarValue = (raw: unknown, text: string): string | number | boolean | null =>
  typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean' || raw === null ? raw : text;

/** `<<: *base`: what the map itself says wins, then the first base that has the key. */
function withMerged(own: ReadonlyMap<string, YamlNode>, merged: readonly YamlNode[]): ReadonlyMap<string, YamlNode> {
  if (merged.length === 0) return own;
  const bases = merged.flatMap((node) => (node.kind === 'list' ? node.items : [node]));
  const maps = bases.filter((node): node is YamlMap => node.kind === 'map');
  return new Map([...maps.toReversed().flatMap((map) => [...map.entries]), ...own]);
}
