/**
 * Documents in text columns. What is read was written by this folder, so its type is asserted here and nowhere else.
 */
declare const parsed: unique symbol;

/** The parsed value of a column, kept from the check (unreadable-rows.ts). */
export interface Parsed {
  readonly [parsed]: true;
}

export const write = (value: unknown): string => JSON.stringify(value);

/** The caller owns the parsed value: each row is parsed anew. */
export function read<T>(column: string | Parsed): T {
  return (typeof column === 'string' ? JSON.parse(column) : column) as T;
}

export const writeOptional = (value: unknown): string | null => (value === undefined ? null : write(value));
