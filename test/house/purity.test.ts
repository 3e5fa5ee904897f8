/**
 * What ESLint holds against impure core code and against the style that CONTRIBUTING.md asks for: each broken once.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { makeScratch, tool } from './scratch.js';

interface LintResult {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

const longFunction = `export function long(): number {\n${'  Math.abs(1);\n'.repeat(60)}  return 1;\n}\n`;
const decorated = 'const d = (t: unknown): void => void t;\n@d\nexport class Thing {\n  x = 1;\n}\n';

/** A controller that is given a part of Berth by this parameter or property. */
const given = (parameter: string, property = ''): string =>
  [
    "import { Controller, Inject } from '@nestjs/common';",
    "const [STORE, LCM, OPTIONS] = [Symbol('Store'), Symbol('LcmCommands'), Symbol('ApiOptions')];",
    'interface Store {\n  read(): void;\n}',
    'interface ForCaller<Part> {\n  for(caller: object): Part;\n}',
    "@Controller('things')",
    `export class ThingsController {\n  ${property}\n  constructor(${parameter}) {}`,
    '  read(): unknown {\n    return [this, STORE, LCM, OPTIONS];\n  }\n}\n',
  ].join('\n');

/** A property whose cases do this first. */
const propertyWith = (body: string): string =>
  `import { expect } from '@jest/globals';
import fc from 'fast-check';
export const p = (tried: { is: (b: boolean) => boolean }) =>
  fc.property(fc.nat(), (n) => {
    ${body}
    expect(n).toBeGreaterThan(0);
  });
`;

/** folder under src/, or that of tests, code, rule, and a word of the message where one rule says several things. */
const violations: readonly (readonly [string, string, string, string?])[] = [
  ['placement', 'export const at = Date.now();\n', 'no-restricted-globals', 'Date'],
  ['lifecycle', 'export const at = new Date();\n', 'no-restricted-globals', 'Date'],
  ['inventory', 'export const dice = Math.random();\n', 'no-restricted-properties', 'random'],
  ['vnfd', "export const home = process.env['HOME'];\n", 'no-restricted-globals', 'process'],
  ['package', "console.log('hello');\n", 'no-restricted-globals', 'console'],
  ['day0', "export const answer = fetch('http://localhost');\n", 'no-restricted-globals', 'fetch'],
  ['libvirt-xml', 'export const id = crypto.randomUUID();\n', 'no-restricted-globals', 'crypto'],
  ['shared', 'export const timer = setTimeout(() => undefined, 1);\n', 'no-restricted-globals', 'setTimeout'],
  ['shared', "export const later = import('./a.js');\n", 'no-restricted-syntax', 'statically'],
  ['lifecycle', decorated, 'no-restricted-syntax', 'Decorators'],
  ['workflow', decorated, 'no-restricted-syntax', 'Decorators'],
  ['workflow', 'export const x: any = 1;\n', '@typescript-eslint/no-explicit-any'],
  ['workflow', 'const x = 1;\nexport default x;\n', 'no-restricted-syntax', 'by name'],
  ['workflow', "export * from './a.js';\n", 'no-restricted-syntax', 'barrels'],
  ['workflow', 'export class QueueManager {}\n', 'no-restricted-syntax', 'Name the thing'],
  ['workflow', 'const f = async (): Promise<void> => {};\nf();\n', '@typescript-eslint/no-floating-promises'],
  [
    'workflow',
    "export function f(x: 'a' | 'b'): number {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n",
    '@typescript-eslint/switch-exhaustiveness-check',
  ],
  ['workflow', "import { A } from './a.js';\nexport type B = A;\n", '@typescript-eslint/consistent-type-imports'],
  ['workflow', longFunction, 'max-lines-per-function'],
  ['workflow', 'export const x = 1;\n'.repeat(401), 'max-lines'],
  ['workflow', '// @ts-ignore\nexport const x = 1;\n', '@typescript-eslint/ban-ts-comment'],
  ['workflow', "console.log('hello');\n", 'no-console'],
  ['workflow', 'export const until = Date.now() + 5;\n', 'no-restricted-syntax', 'elapsedMs'],
  ['workflow', 'export const atMs = Date.now();\n', 'no-restricted-syntax', 'clock that is given'],
  ['notify', 'export const at = new Date();\n', 'no-restricted-syntax', 'clock that is given'],
  ['workflow', 'setInterval(() => undefined, 5);\n', 'no-restricted-syntax', 'background task'],
  [
    'workflow',
    'let count = 0;\nexport const next = (): number => (count += 1);\n',
    'no-restricted-syntax',
    'module level',
  ],
  ['store', 'const seen = new Map();\nexport const size = seen.size;\n', 'no-restricted-syntax', 'module level'],
  [
    'placement',
    'const seen: Map<string, number> = new Map();\nexport const size = seen.size;\n',
    'no-restricted-syntax',
    'module level',
  ],
  ['engine', 'export const seen = new Set<string>();\n', 'no-restricted-syntax', 'module level'],
  ['notify', 'class Turns {}\nexport const turns = new Turns();\n', 'no-restricted-syntax', 'module level'],
  [
    'inventory',
    'const seen: Record<string, number> = {};\nexport const f = seen;\n',
    'no-restricted-syntax',
    'module level',
  ],
  ['telemetry', 'export class A {\n  static count = 0;\n}\n', 'no-restricted-syntax', 'module level'],
  [
    'lifecycle',
    'const seen: string[] = [];\nexport const size = seen.length;\n',
    'no-restricted-syntax',
    'module level',
  ],
  [
    'workflow',
    "export const lost = (e: Error): boolean => e.name === 'LeaseLost';\n",
    'no-restricted-syntax',
    'instanceof',
  ],
  [
    'workflow',
    'export const f = (o: { problem: { status: number } }): boolean => o.problem.status !== 412;\n',
    'no-restricted-syntax',
    'isOfKind',
  ],
  [
    'lifecycle',
    'export const isRecord = (v: unknown): boolean => v !== null;\n',
    'no-restricted-syntax',
    'isJsonObject',
  ],
  ['store', 'export class A {\n  constructor(readonly b: number) {}\n}\n', '@typescript-eslint/parameter-properties'],
  ['api', 'export const until = performance.now() + 5;\n', 'no-restricted-syntax', 'clock that is given'],
  ['api', 'const now = Date.now();\nexport const at = now;\n', 'no-restricted-syntax', 'nowMs or atMs'],
  ['api', given('@Inject(STORE) readonly store: Store'), 'no-restricted-syntax', 'ForCaller'],
  ['api', given('@Inject(LCM) store: Readonly<Store>'), 'no-restricted-syntax', 'ForCaller'],
  ['api', given('', '@Inject(STORE) readonly store!: Store;'), 'no-restricted-syntax', 'ForCaller'],
  ['api', given("@Inject('Store') readonly store: Store"), 'no-restricted-syntax', 'ForCaller'],
  ['test', propertyWith('if (n === 0) return;'), 'no-restricted-syntax', 'vacuous'],
  ['test', propertyWith('if (n === 1) expect(n).toBe(1);'), 'no-restricted-syntax', 'vacuous'],
  ['notify', 'const nowMs = Date.now();\nexport const late = nowMs > 5;\n', 'no-restricted-syntax', 'elapsedMs'],
];

/** Allowed where it stands. */
const allowed: readonly (readonly [string, string])[] = [
  ['api', decorated],
  ['api', given('@Inject(STORE) readonly store: ForCaller<Store>')],
  ['api', given('@Inject(LCM) readonly lcm: ForCaller<Pick<Store, "read">>, @Inject(OPTIONS) readonly options: Store')],
  ['api', given('', '@Inject(STORE) readonly store!: ForCaller<Store>;')],
  ['workflow', 'const none: ReadonlyMap<string, string> = new Map();\nexport const first = none.get("a");\n'],
  ['placement', 'export const most = Math.max(1, 2);\n'],
  ['test', propertyWith('if (!tried.is(n > 0)) return;')],
];

const pathOf = (folder: string): string => (folder === 'test' ? folder : `src/${folder}`);

describe('a tree that breaks every rule of style and purity once', () => {
  const scratch = makeScratch();
  const file = (folder: string, kind: string, index: number): string => `${pathOf(folder)}/${kind}-${index}.ts`;
  let results = new Map<string, LintResult['messages']>();

  beforeAll(() => {
    for (const folder of ['shared', 'workflow'])
      scratch.write(`src/${folder}/a.ts`, 'export interface A {\n  b: 1;\n}\n');
    violations.forEach(([folder, code], index) => scratch.write(file(folder, 'bad', index), code));
    allowed.forEach(([folder, code], index) => scratch.write(file(folder, 'good', index), code));
    const { stdout } = tool('eslint', ['src', 'test', '--format', 'json'], scratch.path);
    results = new Map((JSON.parse(stdout) as LintResult[]).map((result) => [result.filePath, result.messages]));
  }, 120_000);
  afterAll(() => scratch.remove());

  test.each(violations.map(([folder, code, rule, word], index) => ({ folder, code, rule, word, index })))(
    '$folder: $rule $word',
    ({ folder, rule, word, index }) => {
      const messages = results.get(join(scratch.path, file(folder, 'bad', index))) ?? [];
      expect(messages.filter((each) => each.ruleId === rule && each.message.includes(word ?? ''))).not.toEqual([]);
    },
  );

  test.each(allowed.map(([folder, code], index) => ({ folder, code, index })))(
    '$folder may say $code',
    ({ folder, index }) => {
      expect(results.get(join(scratch.path, file(folder, 'good', index)))).toEqual([]);
    },
  );

  test('an inline comment switches nothing off', () => {
    scratch.write('src/placement/excused.ts', '/* eslint-disable */\nexport const at = Date.now();\n');
    expect(tool('eslint', ['src/placement/excused.ts'], scratch.path).code).toBe(1);
  });
});
