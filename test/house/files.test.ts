/**
 * What stands in the repository: names, lengths, heads of files, and nothing that belongs to one machine only.
 */
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { top } from './scratch.js';

/** Files that git has or would take. */
function filesOf(...patterns: readonly string[]): readonly string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', ...patterns];
  return execFileSync('git', args, { cwd: top, encoding: 'utf8' }).split('\0').filter(Boolean);
}

const textOf = (file: string): string => readFileSync(join(top, file), 'utf8');
const exists = (file: string): boolean =>
  execFileSync('git', ['ls-files', '-d', '--', file], { cwd: top }).length === 0;
const sources = filesOf('*.ts', '*.mjs', '*.c', '*.h', '*.sh').filter(exists);

test('no source file is longer than 400 lines', () => {
  const long = sources.map((file) => [file, textOf(file).split('\n').length - 1] as const).filter(([, n]) => n > 400);
  expect(long).toEqual([]);
});

test('files are named in kebab-case', () => {
  const kebab = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(ts|mjs)$/;
  expect(sources.filter((file) => /\.(ts|mjs)$/.test(file) && !kebab.test(basename(file)))).toEqual([]);
});

test('every file of src says at its head what it is for', () => {
  const headless = filesOf('src/*.ts')
    .filter(exists)
    .filter(
      (file) =>
        !textOf(file)
          .replace(/^#!.*\n/, '')
          .startsWith('/**'),
    );
  expect(headless).toEqual([]);
});

test('nothing is left to be done later without saying so', () => {
  const mark = new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')})\\b`);
  expect(sources.filter((file) => mark.test(textOf(file)))).toEqual([]);
});

test('the lock names no registry host', () => {
  expect(textOf('package-lock.json')).not.toMatch(/"resolved": "https?:/);
});

test('relative links in the documentation lead somewhere', () => {
  const broken = filesOf('*.md')
    .filter(exists)
    .flatMap((file) =>
      [...textOf(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)]*)?\)/g)]
        .map((match) => join(file, '..', match[1] ?? ''))
        .filter((target) => filesOf(target, `${target}/*`).length === 0)
        .map((target) => `${file} -> ${target}`),
    );
  expect(broken).toEqual([]);
});

test.each(['docs', 'docs/changing'])('every page of %s is listed in its README.md', (folder) => {
  const listed = textOf(`${folder}/README.md`);
  const pages = filesOf(`:(glob)${folder}/*.md`)
    .filter(exists)
    .map((file) => basename(file));
  expect(pages.filter((page) => page !== 'README.md' && !listed.includes(`(${page})`))).toEqual([]);
});
