/**
 * Documents in text columns. What is read was written by this folder, so its type is asserted here and nowhere else.
 */
declare const parsed: unique symbol;

/** What a column's text says, once it has been parsed to be checked (unreadable-rows.ts). */
export interface Parsed {
  readonly [parsed]: true;
}

export const write = (value: unknown): string => JSON.stringify(value);

/** Whoever reads what was parsed has it alone: each row is parsed anew. */
export function read<T>(column: string | Parsed): T {
  return (typeof column === 'string' ? JSON.parse(column) : column) as T;
}

export const writeOptional = (value: unknown): string | null => (value === undefined ? null : write(value));
