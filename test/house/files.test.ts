/**
 * What stands in the repository: names, lengths, heads of files, and nothing that belongs to one machine only.
 */
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { top } from './scratch.js';

/** Files that git has or would take, and that are there. */
const files: readonly string[] = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
  { cwd: top, encoding: 'utf8' },
)
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(top, file)));

const filesOf = (form: RegExp): readonly string[] => files.filter((file) => form.test(file));
const textOf = (file: string): string => readFileSync(join(top, file), 'utf8');
const sources = filesOf(/\.(ts|mjs|c|h|sh)$/);

test('no source file is longer than 400 lines', () => {
  const long = sources.map((file) => [file, textOf(file).split('\n').length - 1] as const).filter(([, n]) => n > 400);
  expect(long).toEqual([]);
});

test('files are named in kebab-case', () => {
  const kebab = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(ts|mjs)$/;
  expect(sources.filter((file) => /\.(ts|mjs)$/.test(file) && !kebab.test(basename(file)))).toEqual([]);
});

test('every file of src says at its head what it is for', () => {
  const headless = filesOf(/^src\/.*\.ts$/).filter(
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
  const broken = filesOf(/\.md$/).flatMap((file) =>
    [...textOf(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)]*)?\)/g)]
      .map((match) => join(file, '..', match[1] ?? '').replace(/\/$/, ''))
      .filter((target) => !files.some((each) => each === target || each.startsWith(`${target}/`)))
      .map((target) => `${file} -> ${target}`),
  );
  expect(broken).toEqual([]);
});

test.each(['docs', 'docs/changing'])('every page of %s is listed in its README.md', (folder) => {
  const listed = textOf(`${folder}/README.md`);
  const pages = filesOf(/\.md$/)
    .filter((file) => dirname(file) === folder)
    .map((file) => basename(file));
  expect(pages.filter((page) => page !== 'README.md' && !listed.includes(`(${page})`))).toEqual([]);
});
