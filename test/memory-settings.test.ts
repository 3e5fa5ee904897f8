import { expect, test } from '@jest/globals';
import { restartArguments } from '../src/memory-settings.js';

const beginning = { execArgv: ['--enable-source-maps'], nodeOptions: undefined, isForked: false };

test('a server restarts with bounds for its garbage, and keeps the arguments that its Node was given', () => {
  const args = restartArguments(beginning) ?? [];
  expect(args).toContain('--enable-source-maps');
  expect(args.join(' ')).toMatch(/--max-semi-space-size=\d+/);
});

test('a server that has restarted does not restart again', () => {
  expect(restartArguments({ ...beginning, execArgv: restartArguments(beginning) ?? [] })).toBeUndefined();
});

test.each([
  ['as an argument of Node', { execArgv: ['--max-semi-space-size=64'] }],
  ['in NODE_OPTIONS', { nodeOptions: '--enable-source-maps --max_semi_space_size=64' }],
])('what an operator sets %s stays', (_where, set) => {
  expect(restartArguments({ ...beginning, ...set })).toBeUndefined();
});

test('a forked server keeps the channel to whoever forked it', () => {
  expect(restartArguments({ ...beginning, isForked: true })).toBeUndefined();
});
