/**
 * Documentation that is made from a table in the source: `UPDATE_GOLDEN=1` writes it, otherwise it is compared.
 */
import { expect } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const top = join(import.meta.dirname, '..');

export async function expectDoc(path: string, text: string): Promise<void> {
  const file = join(top, path);
  const options = await resolveConfig(file);
  const formatted = await format(text, { ...options, parser: 'markdown' });
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, formatted);
  expect(readFileSync(file, 'utf8')).toBe(formatted);
}

/** The part of a page between the lines `<!-- NAME -->` and `<!-- end of NAME -->`; the rest is written by hand. */
export async function expectDocPart(path: string, name: string, text: string): Promise<void> {
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->\n`];
  const page = readFileSync(join(top, path), 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} lacks the lines "${begin.trim()}" and then "${end.trim()}"`);
  await expectDoc(path, `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`);
}
