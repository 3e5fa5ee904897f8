/**
 * `helm template` for one chart, stricter: a value that the schema of the values does not know, a function that is not
 * there, an empty result where a text is needed are errors with file and line.
 */
import { Ajv } from 'ajv';
import { readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { functions, isEmpty, Refused, shown } from './functions.js';
import { parseTemplate, type Expr, type Node } from './parse.js';

export type Values = Readonly<Record<string, unknown>>;
type Schema = { readonly properties?: Readonly<Record<string, Schema>>; readonly additionalProperties?: unknown };

export interface Chart {
  readonly meta: Readonly<Record<'name' | 'version' | 'appVersion', string>>;
  readonly values: Values;
  readonly schema: Schema;
  /** Every file by its path within the chart, with forward slashes. */
  readonly files: ReadonlyMap<string, string>;
}

export interface Manifest {
  readonly file: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export interface Rendered {
  readonly manifests: readonly Manifest[];
  readonly notes: string;
}

export function readChart(folder: string): Chart {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const ignored = ignoredFolders(readFileSync(join(folder, '.helmignore'), 'utf8'));
  const files = paths
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !ignored.some((prefix) => path.startsWith(prefix)))
    .map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const);
  return chartOf(new Map(files));
}

/** The chart ignores whole folders only. */
function ignoredFolders(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const other = lines.find((line) => !line.endsWith('/'));
  if (other !== undefined) throw new Error(`.helmignore: "${other}" is no folder`);
  return lines;
}

export function chartOf(files: ReadonlyMap<string, string>): Chart {
  const text = (name: string): string => files.get(name) ?? '';
  return {
    meta: parse(text('Chart.yaml')) as Chart['meta'],
    values: parse(text('values.yaml')) as Values,
    schema: JSON.parse(text('values.schema.json')) as Schema,
    files,
  };
}

/** Throws as Helm would when the values do not match their schema, and when a template is wrong. */
export function render(chart: Chart, given: Values, release = { name: 'berth', namespace: 'nfv' }): Rendered {
  const values = merged(chart.values, given);
  checkValues(chart.schema, values);
  const rendering = new Rendering(chart, values, release);
  const templates = [...chart.files.keys()].filter((path) => path.startsWith('templates/')).toSorted();
  const manifests = templates
    .filter((path) => path.endsWith('.yaml'))
    .flatMap((file) => documents(file, rendering.file(file)).map((content) => ({ file, content })));
  return { manifests, notes: rendering.file('templates/NOTES.txt') };
}

function merged(base: unknown, given: unknown): Values {
  if (!isMap(base) || !isMap(given)) return given as Values;
  const both = Object.entries(given).map(([key, value]) => [key, key in base ? merged(base[key], value) : value]);
  return { ...base, ...(Object.fromEntries(both) as Values) };
}

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

function checkValues(schema: Schema, values: Values): void {
  const ajv = new Ajv({ allErrors: true, strict: false });
  if (ajv.validate(schema, values)) return;
  const said = (ajv.errors ?? []).map(({ instancePath, message = '', params }) => {
    const extra = (params as Readonly<Record<string, unknown>>)['additionalProperty'];
    return `${instancePath.slice(1).replaceAll('/', '.') || 'values'} ${message}${extra === undefined ? '' : `: ${shown(extra)}`}`;
  });
  throw new Error(`values do not match values.schema.json: ${said.join('; ')}`);
}

/** Helm reads YAML 1.1. */
function documents(file: string, text: string): readonly Values[] {
  return parseAllDocuments(text, { version: '1.1', uniqueKeys: true, strict: true }).flatMap((document) => {
    const [trouble] = [...document.errors, ...document.warnings];
    if (trouble !== undefined) throw new Error(`${file}: ${trouble.message}`);
    const content: unknown = document.toJS();
    if (content === null || content === undefined) return [];
    if (!isMap(content)) throw new Error(`${file}: a document that is no map`);
    return [content];
  });
}

interface Scope {
  readonly dot: unknown;
  readonly root: unknown;
  readonly variables: ReadonlyMap<string, unknown>;
}

class Rendering {
  private readonly named = new Map<string, readonly Node[]>();
  private readonly root: Values;

  constructor(
    private readonly chart: Chart,
    values: Values,
    release: { readonly name: string; readonly namespace: string },
  ) {
    const { name, version, appVersion } = chart.meta;
    this.root = {
      Values: values,
      Chart: { Name: name, Version: version, AppVersion: appVersion },
      Release: { Name: release.name, Namespace: release.namespace, Service: 'Helm' },
      Template: { BasePath: `${name}/templates` },
    };
    for (const [path, text] of chart.files) {
      if (!path.startsWith('templates/')) continue;
      const { nodes, defined } = parseTemplate(path, text);
      this.named.set(`${name}/${path}`, nodes);
      for (const [each, body] of defined) this.named.set(each, body);
    }
  }

  file(path: string): string {
    return this.include(`${this.chart.meta.name}/${path}`, this.root);
  }

  private include(name: string, dot: unknown): string {
    const nodes = this.named.get(name);
    if (nodes === undefined) throw new Error(`there is no template "${name}"`);
    return this.all(name, nodes, { dot, root: dot, variables: new Map() });
  }

  private all(name: string, nodes: readonly Node[], scope: Scope): string {
    return nodes.map((node) => this.one(name, node, scope)).join('');
  }

  private one(name: string, node: Node, scope: Scope): string {
    if (node.kind === 'text') return node.text;
    try {
      const value = this.value(node.of, scope);
      if (node.kind === 'print') return shown(value);
      if (node.kind === 'range') return this.range(name, node, value, scope);
      if (isEmpty(value)) return this.all(name, node.otherwise, scope);
      return this.all(name, node.then, node.kind === 'with' ? { ...scope, dot: value } : scope);
    } catch (error) {
      if (error instanceof Refused || (error as Error).message.includes('(in ')) throw error;
      throw new Error(`${(error as Error).message} (in ${name}, line ${node.line})`, { cause: error });
    }
  }

  private range(name: string, node: Node & { readonly kind: 'range' }, over: unknown, scope: Scope): string {
    if (typeof over !== 'object' || over === null) throw new Error('range over what is neither list nor map');
    const entries = Object.entries(over).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return entries
      .map(([key, dot]) => {
        const variables = new Map(scope.variables);
        if (node.names) variables.set(node.names[0], key).set(node.names[1], dot);
        return this.all(name, node.then, { ...scope, dot, variables });
      })
      .join('');
  }

  private value(expr: Expr, scope: Scope): unknown {
    if (expr.kind === 'literal') return expr.value;
    if (expr.kind === 'path') return this.path(expr, scope);
    return this.call(expr, scope);
  }

  private call({ name, args }: Expr & { readonly kind: 'call' }, scope: Scope): unknown {
    if (name === 'and' || name === 'or') return this.chain(name, args, scope);
    const given = args.map((arg) => this.value(arg, scope));
    if (name === 'include') return this.include(shown(given[0]), given[1]);
    if (name === 'Files.Get') return this.content(shown(given[0]));
    if (name === 'Files.Glob') {
      return Object.fromEntries([...this.chart.files].filter(([path]) => matchesGlob(path, shown(given[0]))));
    }
    const called = functions[name];
    if (called === undefined) throw new Error(`there is no function "${name}"`);
    return called(...given);
  }

  /** The first that decides, as Go's `and` and `or` give it. */
  private chain(name: 'and' | 'or', args: readonly Expr[], scope: Scope): unknown {
    let value: unknown;
    for (const arg of args) {
      value = this.value(arg, scope);
      if (isEmpty(value) === (name === 'and')) return value;
    }
    return value;
  }

  private content(path: string): string {
    const text = this.chart.files.get(path);
    if (text === undefined) throw new Error(`the chart has no file ${path}`);
    return text;
  }

  private path({ root, fields }: Expr & { readonly kind: 'path' }, scope: Scope): unknown {
    if (root.startsWith('$') && root !== '$' && !scope.variables.has(root)) throw new Error(`no variable ${root}`);
    const from = root === '.' ? scope.dot : root === '$' ? scope.root : scope.variables.get(root);
    const path: string[] = [];
    return fields.reduce<unknown>((value, field) => {
      path.push(field);
      if (!isMap(value)) throw new Error(`.${path.join('.')} asks something that is no map`);
      if (!(field in value) && !isKnown(this.chart.schema, path)) throw new Error(`there is no .${path.join('.')}`);
      return value[field];
    }, from);
  }
}

function isKnown(schema: Schema, [first, ...path]: readonly string[]): boolean {
  if (first !== 'Values') return false;
  let at: Schema | undefined = schema;
  for (const key of path) at = at?.properties?.[key];
  return at !== undefined;
}
