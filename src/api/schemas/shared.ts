/**
 * Types that every SOL interface uses (SOL013 clauses 6.3, 7; SOL003 clause 4.4), as JSON Schemas for the OpenAPI page,
 * for attribute filters and selectors, and for request bodies.
 */
import { Type } from 'typebox';

export const words = <const T extends readonly string[]>(...values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] });

export const text = Type.String();
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
