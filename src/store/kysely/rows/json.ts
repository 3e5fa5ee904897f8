/**
 * Documents in text columns. What is read was written by this folder, so its type is asserted here and nowhere else.
 */
export const write = (value: unknown): string => JSON.stringify(value);

export function read<T>(text: string): T {
  return JSON.parse(text) as T;
}

export const writeOptional = (value: unknown): string | null => (value === undefined ? null : write(value));
