/**
 * A TypeBox schema as plain JSON Schema: what the OpenAPI page shows and what attribute filters walk.
 */
import type { TSchema } from 'typebox';

export const plain = <T extends object>(schema: TSchema): T => JSON.parse(JSON.stringify(schema)) as T;
