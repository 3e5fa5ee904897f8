import { execFileSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { shellWord } from '../../src/shared/shell-word.js';

it.each(['berth-a', 'ens1f0np0', '/etc/berth/token', 'pci_0000_01_10.1', 'user@host:22'])(
  '%s stays as it is',
  (name) => {
    expect(shellWord(name)).toBe(name);
  },
);

it.each([
  '',
  'my guest',
  "it's",
  '$(reboot)',
  '`reboot`',
  'a;b',
  'a\\b',
  'a"b',
  '*',
  '~',
  '#x',
  'ümlaut',
  'two\nlines',
])('a shell reads %j as it was', (name) => {
  expect(execFileSync('sh', ['-c', `printf %s ${shellWord(name)}`], { encoding: 'utf8' })).toBe(name);
});
