/**
 * Which folder of src/ imports which, as dependency-cruiser finds them: drawn in docs/architecture.md, and without a
 * cycle or an arrow upwards.
 */
import { beforeAll, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expectDocPart } from '../generated-doc.js';
import { tool, top } from './scratch.js';

interface Cruised {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
}

const load = createRequire(join(top, 'package.json'));
const { coreFolders } = load('./scripts/lib/layers.mjs') as { readonly coreFolders: readonly string[] };

/** From the bottom to the top; folders of one row do not import one another. */
const rows: readonly (readonly string[])[] = [
  ['shared'],
  ...coreFolders.map((folder) => [folder]),
  ['engine', 'store', 'notify', 'artifacts'],
  ['workflow'],
  ['telemetry', 'api', 'config', 'author', 'lab'],
  ['cli'],
  ['root'],
];

/** Processes bind what must not know one another: files at the top, `cli/berth.ts`, `child/main.ts` (docs/architecture.md). */
const folderOf = (path: string): string | undefined =>
  path === 'src/cli/berth.ts' || path === 'src/engine/libvirt/child/main.ts'
    ? 'root'
    : (/^src\/([^/]+)\//.exec(path)?.[1] ?? (/^src\//.test(path) ? 'root' : undefined));

const rowOf = (folder: string): number => rows.findIndex((row) => row.includes(folder));

let imports: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(() => {
  const { stdout } = tool('depcruise', ['src', '--output-type', 'json'], top);
  const found = new Map<string, Set<string>>();
  for (const { source, dependencies } of (JSON.parse(stdout) as Cruised).modules) {
    const from = folderOf(source);
    if (from === undefined) continue;
    const targets = found.get(from) ?? new Set();
    found.set(from, targets);
    for (const to of dependencies.map(({ resolved }) => folderOf(resolved))) {
      if (to !== undefined && to !== from) targets.add(to);
    }
  }
  imports = found;
});

const targetsOf = (folder: string): readonly string[] =>
  [...(imports.get(folder) ?? [])].sort((a, b) => rowOf(b) - rowOf(a) || a.localeCompare(b));

test('every folder of src/ has its row, and every row its folders', () => {
  expect([...imports.keys()].sort()).toEqual(rows.flat().sort());
});

test('no folder imports one of its own row or of a row above', () => {
  const upwards = [...imports.keys()].flatMap((from) =>
    targetsOf(from)
      .filter((to) => rowOf(to) >= rowOf(from))
      .map((to) => `${from} -> ${to}`),
  );
  expect(upwards).toEqual([]);
});

/** What a folder reaches through another one of its imports needs no arrow of its own. */
function reached(from: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const to of targetsOf(from).filter((each) => !seen.has(each))) {
    seen.add(to);
    reached(to, seen);
  }
  return seen;
}

const drawn = (from: string): readonly string[] =>
  targetsOf(from).filter((to) => !targetsOf(from).some((other) => other !== to && reached(other).has(to)));

test('docs/architecture.md draws the imports', async () => {
  const fromTop = rows.toReversed().flat();
  const arrows = fromTop.flatMap((from) => drawn(from).map((to) => `  ${from} --> ${to}`));
  const table = fromTop
    .filter((folder) => targetsOf(folder).length > 0)
    .map((folder) => `| \`${folder}\` | ${targetsOf(folder).join(', ')} |`);
  const text = [
    '```mermaid',
    'flowchart TB',
    ...arrows,
    '```',
    '',
    '| folder | imports |',
    '| --- | --- |',
    ...table,
    '',
  ].join('\n');
  await expectDocPart('docs/architecture.md', 'import map', text);
});
