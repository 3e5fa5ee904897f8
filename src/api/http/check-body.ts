/**
 * Bodies are checked by ajv against the JSON Schema from which their type is made, and nothing else. Nest takes the
 * check per parameter, `@Body({ schema: checked(Schema) })`, and the OpenAPI page reads the schema from it.
 */
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import type { Static, TSchema } from 'typebox';
import { once } from '../../shared/once.js';
import { perhaps } from '../../shared/suggest.js';
import { jsonPointer } from '../../shared/json-pointer.js';
import { problem } from '../../shared/problem.js';
import { plain } from '../schemas/plain.js';
import { limitOf } from './limits.js';
import { ProblemError } from './problem-error.js';

/** A Standard Schema (standardschema.dev) over one ajv validator. */
export interface Checked<T> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'berth';
    readonly validate: (value: unknown) => Converted<T>;
    readonly jsonSchema: {
      readonly input: () => Record<string, unknown>;
      readonly output: () => Record<string, unknown>;
    };
  };
}

export interface Issue {
  readonly message: string;
  readonly path?: readonly PropertyKey[];
}

/** `x-max-json-bytes`: bounds a value of any shape by its length as JSON without blanks. */
const asJsonAtMost = {
  keyword: 'x-max-json-bytes',
  schemaType: 'number',
  error: {
    message: ({ schema }: { readonly schema: unknown }) => `must be ${String(schema)} bytes long at most, as JSON`,
  },
  // Without a body there is nothing to measure; that one is needed, other keywords say.
  validate: (most: number, data: unknown) => data === undefined || Buffer.byteLength(JSON.stringify(data)) <= most,
} as const;

/** `x-refused`: why an attribute is not carried out; an empty list or map asks for nothing. */
const refusedByName = {
  keyword: 'x-refused',
  schemaType: 'string',
  error: { message: ({ schema }: { readonly schema: unknown }) => `is not carried out: ${String(schema)}` },
  validate: (_why: string, data: unknown) =>
    typeof data === 'object' && data !== null && Object.keys(data).length === 0,
} as const;

function ajvThat(allErrors: boolean): Ajv {
  const ajv = new Ajv({ allErrors, strictTypes: false, verbose: true });
  formats.default(ajv);
  ajv.addKeyword(asJsonAtMost);
  ajv.addKeyword(refusedByName);
  return ajv;
}

/** One stops at the first error, the other goes through the whole body, which must be small for that. */
const [brief, thorough] = [ajvThat(false), ajvThat(true)];
const thoroughValues = 2000;

/** `Shape` is the type that core code declares: the schema must not promise less. */
export function checked<Shape, T extends TSchema>(
  schema: T & (Static<T> extends Shape ? unknown : never),
): Checked<Shape> {
  const first = once(() => brief.compile<Shape>(schema));
  const all = once(() => thorough.compile<Shape>(schema));
  const asJson = () => plain<Record<string, unknown>>(schema);
  return {
    '~standard': {
      version: 1,
      vendor: 'berth',
      validate: (value) => {
        const validate = first();
        if (validate(value)) return { value };
        const whole = all();
        if (countUpTo(value, thoroughValues) < thoroughValues && !whole(value)) {
          return { issues: issuesOf(whole.errors) };
        }
        return { issues: issuesOf(validate.errors) };
      },
      jsonSchema: { input: asJson, output: asJson },
    },
  };
}

export type Converted<T> = { readonly value: T } | { readonly issues: readonly Issue[] };

/** A body of another form, and what it becomes; `convert` says what the schema cannot. */
export function checkedAs<Given, Shape>(
  given: Checked<Given>,
  convert: (value: Given) => Converted<Shape>,
): Checked<Shape> {
  const { validate, ...rest } = given['~standard'];
  const both = (value: unknown): Converted<Shape> => {
    const result = validate(value);
    return 'issues' in result ? result : convert(result.value);
  };
  return { '~standard': { ...rest, validate: both } };
}

/** A body that is checked further in, in words of its own; the page shows `schema` of it. */
export function shownAs<Shape>({ '~standard': standard }: Checked<Shape>, schema: TSchema): Checked<Shape> {
  const asJson = () => plain<Record<string, unknown>>(schema);
  return { '~standard': { ...standard, jsonSchema: { input: asJson, output: asJson } } };
}

/** How many values there are in one, counted as far as `limit`. */
function countUpTo(value: unknown, limit: number): number {
  let count = 0;
  for (const open: unknown[] = [value]; open.length > 0 && count < limit; count += 1) {
    const next = open.pop();
    if (typeof next === 'object' && next !== null) open.push(...(Object.values(next) as unknown[]));
  }
  return count;
}

const issuesOf = (errors: readonly ErrorObject[] | null | undefined): readonly Issue[] =>
  (errors ?? []).filter((each, _at, all) => !isOfOneChoice(each, all)).map((each) => issueOf(each));

/** What ajv says of each choice by itself, where the error of the whole, or what is wrong in the other one, says it all. */
function isOfOneChoice(error: ErrorObject, all: readonly ErrorObject[]): boolean {
  const isChoiceOfNames = (each: ErrorObject) =>
    each.instancePath === error.instancePath &&
    /^(?:anyOf|oneOf)$/.test(each.keyword) &&
    requiredOf(each) !== undefined;
  if (error.keyword === 'required')
    return /\/(?:anyOf|oneOf)\/\d+\/required$/.test(error.schemaPath) && all.some(isChoiceOfNames);
  const isOfNull = error.keyword === 'type' && error.schema === 'null';
  const isChoice = error.keyword === 'anyOf' && requiredOf(error) === undefined;
  const said = (each: ErrorObject) =>
    each !== error && each.keyword !== 'anyOf' && !(each.keyword === 'type' && each.schema === 'null');
  return (isOfNull || isChoice) && all.some((each) => said(each) && each.instancePath.startsWith(error.instancePath));
}

/** The names of `[{ required: [name] }, …]`; undefined: the choice is between other things. */
function requiredOf({ schema }: ErrorObject): readonly string[] | undefined {
  const choices = (Array.isArray(schema) ? schema : []) as readonly { readonly required?: readonly string[] }[];
  const names = choices.flatMap(({ required = [] }) => required);
  return names.length > 0 && choices.every(({ required }) => required?.length === 1) ? names : undefined;
}

/** `/a~1b/0` (RFC 6901) to its segments. */
const segments = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

function issueOf(error: ErrorObject): Issue {
  if (error.keyword === 'additionalProperties') return unknownMember(error);
  const names = ['anyOf', 'oneOf'].includes(error.keyword) ? requiredOf(error) : undefined;
  const one = error.keyword === 'oneOf' ? 'exactly one' : 'one';
  const said = names ? `must have ${one} of ${names.join(', ')}` : (error.message ?? `fails ${error.keyword}`);
  return { message: `${said}${allowed(error)}`, path: segments(error.instancePath) };
}

function allowed(error: ErrorObject): string {
  const params: Record<string, unknown> = error.params;
  if (error.keyword === 'enum') return `: ${String(params['allowedValues'])}`;
  return '';
}

function unknownMember({ instancePath, params, parentSchema }: ErrorObject): Issue {
  const name = String((params as Record<string, unknown>)['additionalProperty']);
  const known = Object.keys((parentSchema?.['properties'] ?? {}) as object);
  const message = `is not known here${perhaps(name, known)}; known are ${known.join(', ')}`;
  return { message, path: [...segments(instancePath), name] };
}

/** The pipe of the whole API: a failing body becomes one problem that lists the places, the first ones of many. */
export const bodyPipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) => {
    const told = issues.slice(0, limitOf('errorsTold'));
    const errors = told.map(({ path = [], message }) => ({ pointer: jsonPointer(path.map(String)), message }));
    const shown = errors
      .slice(0, 5)
      .map((each) => `${each.pointer === '' ? 'the body' : each.pointer} ${each.message}`);
    const left = issues.length - told.length;
    const extensions = { errors, ...(left > 0 && { errorsLeftOut: left }) };
    return new ProblemError(problem('malformed-request', `The request is not valid: ${shown.join('; ')}.`, extensions));
  },
});
