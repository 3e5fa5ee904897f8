/**
 * Types that every SOL interface uses (SOL013 clauses 6.3, 7; SOL003 clause 4.4), as JSON Schemas for the OpenAPI page,
 * for attribute filters and selectors, and for request bodies.
 */
import { Type, type Static, type TSchema } from 'typebox';
import { limitOf } from '../http/limits.js';

export const words = <const T extends readonly string[]>(...values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] });

/** Of answers. What a request may hold is bounded: `name`, `description`, `uri`, `freeForm`. */
export const text = Type.String();

/** Names and identifiers stand in one line wherever they are shown. */
const oneLine = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$';
export const name = Type.String({ maxLength: limitOf('nameChars'), pattern: oneLine });
/** Text of several lines. */
export const description = Type.String({
  maxLength: limitOf('descriptionChars'),
  pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$',
});
/** Of secrets nothing is asked but their length. */
export const secret = Type.String({ maxLength: limitOf('nameChars') });
export const uri = Type.String({ format: 'uri', maxLength: limitOf('descriptionChars') });

/** Name and value pairs of a client's own, of any shape (SOL013 clause 7.3 `KeyValuePairs`). */
export const freeForm = (bytes = limitOf('mapBytes')) =>
  Type.Unsafe<Readonly<Record<string, unknown>>>({
    type: 'object',
    additionalProperties: true,
    maxProperties: limitOf('jsonMembers'),
    'x-max-json-bytes': bytes,
  });

/** Of requests: a member that Berth does not know is refused by name, for it would change nothing. */
export const strict = { additionalProperties: false } as const;

/** An attribute that the standard has and Berth does not carry out: refused by name. `why` ends with what to do. */
export const refused = (why: string) => Type.Optional(Type.Unsafe<undefined>({ 'x-refused': why }));

/** In a JSON Merge Patch (RFC 7396): null removes what is there. */
export const orNull = <T extends TSchema>(schema: T) =>
  Type.Unsafe<Static<T> | null>({ anyOf: [schema, { type: 'null' }] });

export const dateTime = Type.String({ format: 'date-time' });
export const keyValuePairs = Type.Unsafe<Readonly<Record<string, unknown>>>({
  type: 'object',
  additionalProperties: true,
});

export const problemDetails = Type.Object(
  {
    type: Type.Optional(Type.String({ format: 'uri' })),
    title: Type.Optional(text),
    status: Type.Integer(),
    detail: text,
    instance: Type.Optional(Type.String({ format: 'uri' })),
  },
  { additionalProperties: true },
);

export const link = Type.Object({ href: Type.String({ format: 'uri' }) });

export const checksum = Type.Object({ algorithm: text, hash: text });

export const resourceHandle = Type.Object({
  vimConnectionId: Type.Optional(text),
  resourceProviderId: Type.Optional(text),
  resourceId: text,
  vimLevelResourceType: Type.Optional(text),
});
