/**
 * The functions of Helm that the chart uses, as Helm's manual has them; any other is refused. A value that is not of
 * the kind that a function takes is an error here, where Helm often prints something.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path/posix';
import { stringify } from 'yaml';

export type Callable = (...args: unknown[]) => unknown;

/** As Go's templates see it. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

export function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${value === undefined || value === null ? 'nothing' : 'a list or map'} where a text is needed`);
}

function whole(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) throw new Error('no whole number where one is needed');
  return number;
}

function indent(by: unknown, text: unknown): string {
  const space = ' '.repeat(whole(by));
  return shown(text)
    .split('\n')
    .map((line) => space + line)
    .join('\n');
}

function printf(format: unknown, ...args: unknown[]): string {
  const left = [...args];
  const text = shown(format).replace(/%(.)/g, (_, verb: string) => {
    if (verb !== 's' && verb !== 'd') throw new Error(`printf with %${verb}`);
    if (left.length === 0) throw new Error('printf with too few values');
    return shown(left.shift());
  });
  if (left.length > 0) throw new Error('printf with too many values');
  return text;
}

const cut = (length: unknown, text: unknown): string => shown(text).slice(0, whole(length));
const withoutEnd = (end: string, text: string): string => (text.endsWith(end) ? text.slice(0, -end.length) : text);

export const functions: Readonly<Record<string, Callable>> = {
  default: (other, value) => (isEmpty(value) ? other : value),
  not: (value) => isEmpty(value),
  gt: (a, b) => whole(a) > whole(b),
  int: whole,
  int64: whole,
  contains: (part, text) => shown(text).includes(shown(part)),
  has: (item, list) => {
    if (!Array.isArray(list)) throw new Error('has without a list');
    return list.includes(item);
  },
  trunc: cut,
  trimSuffix: (end, text) => withoutEnd(shown(end), shown(text)),
  replace: (from, to, text) => shown(text).replaceAll(shown(from), shown(to)),
  quote: (value) => JSON.stringify(shown(value)),
  print: (...parts) => parts.map(shown).join(''),
  printf,
  indent,
  nindent: (by, text) => `\n${indent(by, text)}`,
  toYaml: (value) => {
    if (value === undefined) throw new Error('toYaml of nothing');
    return stringify(value, { lineWidth: 0, sortMapEntries: true, version: '1.1' }).trimEnd();
  },
  sha256sum: (text) => createHash('sha256').update(shown(text)).digest('hex'),
  base: (path) => basename(shown(path)),
  fail: (message) => {
    throw new Refused(shown(message));
  },
};

/** What the chart itself says with `fail`. */
export class Refused extends Error {}
