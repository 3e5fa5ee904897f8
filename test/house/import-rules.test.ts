/**
 * Every import rule, broken once (docs/architecture.md): a rule that nobody is told of when breaking it is no rule. A
 * rule added to `.dependency-cruiser.cjs` needs its violation in `import-violations.ts`.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { violations, type ImportViolation } from './import-violations.js';
import { makeScratch, tool, top, type Scratch } from './scratch.js';

interface Found {
  readonly rule: { readonly name: string };
  readonly from: string;
}

const sourceFile = (violation: ImportViolation): string => `src/${violation.in}`;
const isFile = (target: string): boolean => target.endsWith('.ts');

/** An import as it stands in a file: relative for src/ files, bare for libraries and Node modules. */
function importLine(from: string, target: string): string {
  if (!isFile(target)) return `import '${target}';\n`;
  const path = relative(dirname(from), join('src', target)).replace(/\.ts$/, '.js');
  return `import '${path.startsWith('.') ? path : `./${path}`}';\n`;
}

function seed(scratch: Scratch, violation: ImportViolation): void {
  const present = violation.imports.filter((target) => isFile(target) && !target.includes('missing'));
  for (const target of present) scratch.writeNew(join('src', target), 'export {};\n');
  for (const [file, content] of Object.entries(violation.beside ?? {})) scratch.write(join('src', file), content);
  const lines = violation.imports.map((target) => importLine(sourceFile(violation), target));
  scratch.write(sourceFile(violation), `${lines.join('')}export {};\n`);
}

function cruise(path: string): readonly Found[] {
  const { stdout } = tool('depcruise', ['src', '--output-type', 'json'], path);
  return (JSON.parse(stdout) as { readonly summary: { readonly violations: readonly Found[] } }).summary.violations;
}

describe('a tree that breaks every import rule once', () => {
  const scratch = makeScratch();
  let found: readonly Found[] = [];

  beforeAll(() => {
    violations.forEach((violation) => seed(scratch, violation));
    found = cruise(scratch.path);
  });
  afterAll(() => scratch.remove());

  test.each(violations)('$rule is reported when src/$in imports $imports', (violation) => {
    const rules = found.filter((each) => each.from === sourceFile(violation)).map((each) => each.rule.name);
    expect(rules).toContain(violation.rule);
  });

  test('no rule stands without a violation here', () => {
    const load = createRequire(join(top, 'package.json'));
    const config = load('./.dependency-cruiser.cjs') as { readonly forbidden: readonly { readonly name: string }[] };
    const proven = new Set(violations.map((violation) => violation.rule));
    expect(config.forbidden.map((rule) => rule.name).filter((name) => !proven.has(name))).toEqual([]);
  });
});

describe('one violation alone', () => {
  const scratch = makeScratch();
  afterAll(() => scratch.remove());

  test('a type-only import counts, and the tool says no with its exit code', () => {
    scratch.write('src/engine/engine.ts', 'export interface Engine {}\n');
    scratch.write(
      'src/placement/a.ts',
      "import type { Engine } from '../engine/engine.js';\nexport type E = Engine;\n",
    );
    expect(cruise(scratch.path)).toEqual([
      expect.objectContaining({
        from: 'src/placement/a.ts',
        rule: expect.objectContaining({ name: 'core-knows-only-core' }),
      }),
    ]);
    expect(tool('depcruise', ['src'], scratch.path).code).not.toBe(0);
  });
});

test('the tree as it stands keeps every import rule', () => {
  const { code, stdout } = tool('depcruise', ['src', 'test'], top);
  expect(stdout).toContain('no dependency violations found');
  expect(code).toBe(0);
});
