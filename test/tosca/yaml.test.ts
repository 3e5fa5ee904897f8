import { describe, expect, test } from '@jest/globals';
import { readYaml } from '../../src/tosca/read-yaml.js';
import { child, plain, textOf, type YamlNode } from '../../src/tosca/tree.js';

const rootOf = (text: string): YamlNode => {
  const { root, findings } = readYaml('f.yaml', text);
  expect(findings).toEqual([]);
  return root!;
};
const codes = (text: string): readonly string[] => readYaml('f.yaml', text).findings.map(({ code }) => code);

describe('places', () => {
  const text = 'a:\n  - b: 1\n    c: [x,\n      y]\n';

  test('a scalar stands where it is written', () => {
    const list = child(rootOf(text), 'a');
    const item = list?.kind === 'list' ? list.items[0] : undefined;
    expect(child(item, 'b')?.at).toEqual({ file: 'f.yaml', line: 2, column: 8, path: 'a/0/b' });
    const c = child(item, 'c');
    expect(c?.kind === 'list' && c.items[1]?.at).toEqual({ file: 'f.yaml', line: 4, column: 7, path: 'a/0/c/1' });
  });

  test('a collection stands where its key stands', () => {
    expect(child(rootOf(text), 'a')?.at).toEqual({ file: 'f.yaml', line: 1, column: 1, path: 'a' });
  });

  test('a value that is left out stands where its key stands', () => {
    expect(child(rootOf('a:\n  b:\n'), 'a', 'b')?.at).toMatchObject({ line: 2, column: 3, path: 'a/b' });
  });

  test('lines may end in CRLF', () => {
    expect(child(rootOf('a: 1\r\nb: 2\r\n'), 'b')?.at).toMatchObject({ line: 2, column: 4 });
  });
});

describe('scalars', () => {
  test.each([
    ['1.0', 1, '1.0'],
    ['2.10', 2.1, '2.10'],
    ["'1.0'", '1.0', '1.0'],
    ['0x10', 16, '0x10'],
    ['true', true, 'true'],
    ['yes', 'yes', 'yes'],
    ['.inf', '.inf', '.inf'],
    ['2026-01-31', '2026-01-31', '2026-01-31'],
    ['!!str 5', '5', '5'],
    ['!vendor x', 'x', 'x'],
  ])('%s has the value %p and the text %s', (written, value, text) => {
    const node = child(rootOf(`a: ${written}`), 'a');
    expect([plain(node), textOf(node)]).toEqual([value, text]);
  });

  test.each(['', '~', 'null'])('%p is absent', (written) => {
    expect(textOf(child(rootOf(`a: ${written}`), 'a'))).toBeUndefined();
  });

  test('keys are text as written', () => {
    expect(plain(rootOf('1.0: a\ntrue: b'))).toEqual({ '1.0': 'a', true: 'b' });
  });
});

describe('anchors', () => {
  test('are shared', () => {
    expect(plain(rootOf('a: &x { b: 1 }\nc: *x'))).toEqual({ a: { b: 1 }, c: { b: 1 } });
  });

  test('may be merged; what the map says itself wins, then the first base', () => {
    const text = 'a: &a { x: 1, y: 1, z: 1 }\nb: &b { y: 2, z: 2 }\nc: { <<: [*b, *a], z: 3 }';
    expect(plain(child(rootOf(text), 'c'))).toEqual({ x: 1, y: 2, z: 3 });
  });

  test('that multiply without end are measured, not written out', () => {
    const levels = Array.from({ length: 60 }, (_, n) => `- &n${n + 1} [*n${n}, *n${n}]`);
    expect(codes(`- &n0 x\n${levels.join('\n')}`)).toEqual(['YAML-TOO-MANY-NODES']);
  });
});

test('two documents in one file are refused', () => {
  expect(readYaml('a.yaml', 'a: 1\n---\nb: 2').findings).toMatchObject([
    { code: 'YAML-SYNTAX', line: 2, message: 'A second document begins here; a file of definitions holds one.' },
  ]);
});

test('text that nests by the thousand is refused, not a crash', () => {
  expect(codes(`${'['.repeat(500)}${']'.repeat(500)}`)).toEqual(['YAML-TOO-DEEP']);
  expect(codes(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)).not.toEqual([]);
  expect(codes('{a: '.repeat(20_000))).not.toEqual([]);
});

test('of many syntax errors, twenty are told', () => {
  expect(codes('- &a &b\n'.repeat(500))).toHaveLength(20);
});
