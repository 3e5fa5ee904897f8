import { expect, test } from '@jest/globals';
import { argumentsAnew } from '../src/memory-settings.js';

const beginning = { execArgv: ['--enable-source-maps'], nodeOptions: undefined, isForked: false };

test('a server begins anew with bounds for its garbage, and keeps the arguments that its Node was given', () => {
  const anew = argumentsAnew(beginning) ?? [];
  expect(anew).toContain('--enable-source-maps');
  expect(anew.join(' ')).toMatch(/--max-semi-space-size=\d+/);
});

test('a server that has begun anew does not do so again', () => {
  expect(argumentsAnew({ ...beginning, execArgv: argumentsAnew(beginning) ?? [] })).toBeUndefined();
});

test.each([
  ['as an argument of Node', { execArgv: ['--max-semi-space-size=64'] }],
  ['in NODE_OPTIONS', { nodeOptions: '--enable-source-maps --max_semi_space_size=64' }],
])('what an operator sets %s stays', (_where, set) => {
  expect(argumentsAnew({ ...beginning, ...set })).toBeUndefined();
});

test('a forked server keeps the channel to whoever forked it', () => {
  expect(argumentsAnew({ ...beginning, isForked: true })).toBeUndefined();
});
