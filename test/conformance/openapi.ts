/**
 * The interface definitions of SOL003 and SOL005 as a judge of exchanges. They are not part of this repository: where
 * the folder is missing, the suite says so and is skipped.
 */
import { describe } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../shared/etsi/openapi');
export const isHere = existsSync(folder);

/** A suite that the definitions judge. */
export const whenHere = (title: string, suite: () => void): void => {
  if (isHere) describe(title, suite);
  else describe.skip(`${title} [skipped: the SOL definitions are not beside this repository]`, suite);
};

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly requestBody?: Json;
  readonly responses: Readonly<Record<string, Json>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly request: unknown;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

/** What is wrong with an exchange; empty when nothing is, `undefined` when the file does not speak of it. */
export type Judge = (exchange: Exchange) => readonly string[] | undefined;

export const read = (file: string): Document => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Document;

const methods = ['get', 'put', 'post', 'patch', 'delete'];

/** Path template -> the methods that a file defines for it, in capitals. */
export function operationsOf(file: string): ReadonlyMap<string, readonly string[]> {
  const { paths } = read(file);
  return new Map(
    Object.entries(paths).map(([path, operations]) => [
      path,
      methods.filter((method) => method in operations).map((method) => method.toUpperCase()),
    ]),
  );
}

/** Errors that SOL013 clause 6.4 allows for every operation, whatever a file repeats of them. */
const commonErrors = [400, 401, 403, 404, 405, 406, 412, 413, 414, 415, 429, 500, 503, 504];

/** `root`: path prefix of the API. */
export function judgeOf(file: string, root: string): Judge {
  const document = read(file);
  const compile = compiler();
  return (exchange) => {
    if (!exchange.path.startsWith(`${root}/`)) return undefined;
    const operation = find(document, exchange.path.slice(root.length), exchange.method.toLowerCase());
    if (operation === undefined) return undefined;
    const asked = contentOf(resolve(document, operation.requestBody), 'application/json');
    const common = commonErrors.includes(exchange.status) ? operation.responses['400'] : undefined;
    const answer = operation.responses[String(exchange.status)] ?? operation.responses['default'] ?? common;
    if (answer === undefined) return [`status ${exchange.status} is not defined for this operation`];
    const type = exchange.status < 400 ? 'application/json' : 'application/problem+json';
    const answered = contentOf(resolve(document, answer), type);
    return [
      ...(exchange.status < 400 && asked ? errors('request', compile(asked), exchange.request) : []),
      ...(answered ? typeErrors(exchange, type) : []),
      ...(answered ? errors('response', compile(answered), exchange.body) : []),
    ];
  };
}

function compiler(): (schema: object) => ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  formats.default(ajv);
  const known = new Map<object, ValidateFunction>();
  return (schema) => {
    const validate = known.get(schema) ?? ajv.compile(schema);
    known.set(schema, validate);
    return validate;
  };
}

function typeErrors({ contentType }: Exchange, wanted: string): string[] {
  return contentType?.startsWith(wanted) ? [] : [`Content-Type is ${contentType ?? 'missing'}, not ${wanted}`];
}

function errors(what: string, validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${what}${error.instancePath} ${error.message ?? error.keyword}`);
}

function find(document: Document, path: string, method: string): Operation | undefined {
  const templates = Object.keys(document.paths).toSorted((a, b) => Number(a.includes('{')) - Number(b.includes('{')));
  const template = templates.find((each) => patternOf(each).test(path));
  return template === undefined ? undefined : document.paths[template]?.[method];
}

/** The path of an artifact has many segments. */
const patternOf = (template: string): RegExp =>
  new RegExp(`^${template.replace('{artifactPath}', '.+').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);

export function resolve(document: Document, value: Json | undefined): Json | undefined {
  const ref = value?.['$ref'];
  if (typeof ref !== 'string') return value;
  const [kind = '', ...name] = ref.replace('#/components/', '').split('/');
  return document.components[kind]?.[name.join('/')];
}

function contentOf(holder: Json | undefined, type: string): object | undefined {
  const content = holder?.['content'] as Readonly<Record<string, { readonly schema?: object }>> | undefined;
  return content?.[type]?.schema;
}
