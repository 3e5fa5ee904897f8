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
