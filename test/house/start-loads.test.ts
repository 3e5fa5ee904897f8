/**
 * Which libraries a server loads at its start: those that few servers use, or few requests, are loaded when they are
 * needed, because each stays in memory for as long as the server runs.
 */
import { expect, test } from '@jest/globals';
import { tool, top } from './scratch.js';

interface Dependency {
  readonly module: string;
  readonly resolved: string;
  readonly dynamic: boolean;
  readonly dependencyTypes: readonly string[];
}

interface Cruised {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly Dependency[] }[];
}

/** What the compiler leaves out. */
const typeOnly = ['type-only', 'type-import'];

const atStart = ({ dynamic, dependencyTypes }: Dependency): boolean =>
  !dynamic && !dependencyTypes.some((each) => typeOnly.includes(each));

/** `@scope/name` or `name` of a file below node_modules. */
const libraryOf = (path: string): string | undefined => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];

function loadedFrom(first: string): readonly string[] {
  const { stdout } = tool('depcruise', ['src', '--output-type', 'json'], top);
  const modules = new Map((JSON.parse(stdout) as Cruised).modules.map((each) => [each.source, each.dependencies]));
  const seen = new Set([first]);
  for (const file of seen) {
    for (const each of (modules.get(file) ?? []).filter(atStart)) seen.add(each.resolved);
  }
  return [...new Set([...seen].flatMap((file) => libraryOf(file) ?? []))].toSorted();
}

/** The database and its driver come with the store that is configured, the OpenAPI page and signatures with their first reader. */
const wanted = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-fastify',
  'ajv',
  'ajv-formats',
  'fast-xml-parser',
  'pino',
  'prom-client',
  'reflect-metadata',
  'typebox',
  'yaml',
  'yauzl',
];

test('a server loads at its start what every server needs, and no library besides', () => {
  expect(loadedFrom('src/serve.ts')).toEqual(wanted);
});
