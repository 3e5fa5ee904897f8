/**
 * Bodies are checked by ajv against the JSON Schema from which their type is made, and nothing else. Nest takes the
 * check per parameter, `@Body({ schema: checked(Schema) })`, and the OpenAPI page reads the schema from it.
 */
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import type { Static, TSchema } from 'typebox';
import { problem } from '../../shared/problem.js';
import { plain } from '../schemas/plain.js';
import { ProblemError } from './problem-error.js';

/** A Standard Schema (standardschema.dev) over one ajv validator. */
export interface Checked<T> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'berth';
    readonly validate: (value: unknown) => { readonly value: T } | { readonly issues: readonly Issue[] };
    readonly jsonSchema: {
      readonly input: () => Record<string, unknown>;
      readonly output: () => Record<string, unknown>;
    };
  };
}

interface Issue {
  readonly message: string;
  readonly path?: readonly PropertyKey[];
}

const ajv = new Ajv({ allErrors: true, strictTypes: false });
formats.default(ajv);

/** `Shape` is the type that core code declares: the schema must not promise less. */
export function checked<Shape, T extends TSchema>(
  schema: T & (Static<T> extends Shape ? unknown : never),
): Checked<Shape> {
  const validate = ajv.compile<Shape>(schema);
  const asJson = () => plain<Record<string, unknown>>(schema);
  return {
    '~standard': {
      version: 1,
      vendor: 'berth',
      validate: (value) => (validate(value) ? { value } : { issues: (validate.errors ?? []).map(issueOf) }),
      jsonSchema: { input: asJson, output: asJson },
    },
  };
}

/** `/a~1b/0` (RFC 6901) to its segments. */
const segments = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

function issueOf(error: ErrorObject): Issue {
  const said = error.message ?? `fails ${error.keyword}`;
  return { message: `${said}${allowed(error)}`, path: segments(error.instancePath) };
}

function allowed(error: ErrorObject): string {
  const params: Record<string, unknown> = error.params;
  if (error.keyword === 'enum') return `: ${String(params['allowedValues'])}`;
  if (error.keyword === 'additionalProperties') return `: ${String(params['additionalProperty'])}`;
  return '';
}

const pointerOf = (issue: { readonly path?: readonly unknown[] | undefined }): string =>
  (issue.path ?? []).map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The pipe of the whole API: a failing body becomes one problem that lists every place. */
export const bodyPipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) => {
    const errors = issues.map((issue) => ({ pointer: pointerOf(issue), message: issue.message }));
    const shown = errors
      .slice(0, 5)
      .map((each) => `${each.pointer === '' ? 'the body' : each.pointer} ${each.message}`);
    return new ProblemError(problem('malformed-request', `The request is not valid: ${shown.join('; ')}.`, { errors }));
  },
});
