import { describe, expect, test } from '@jest/globals';
import { maxCandidates, perhaps } from '../../src/shared/suggest.js';

describe('what a name may mean', () => {
  test.each([
    ['num_virtual_cpus', ['num_virtual_mem', 'num_virtual_cpu'], ' (perhaps `num_virtual_cpu`)'],
    ['bootorder', ['boot_order', 'boot_data'], ' (perhaps `boot_order`)'],
    ['Worker', ['worker'], ' (perhaps `worker`)'],
    ['wroker', ['worker', 'walker'], ' (perhaps `worker`)'],
    ['vdv', ['vdu', 'cp'], ' (perhaps `vdu`)'],
    ['colour', ['boot_order', 'name'], ''],
    ['ab', ['ac'], ''],
    ['same', ['same'], ''],
    ['', ['a'], ''],
    ['x'.repeat(129), ['x'.repeat(128)], ''],
  ])('of %s among %j is%s', (name, known, words) => {
    expect(perhaps(name, known)).toBe(words);
  });

  test('is sought among few of many names', () => {
    const others = Array.from({ length: maxCandidates }, (_, index) => `other${index}`);
    expect(perhaps('worher', [...others.slice(1), 'worker'])).toBe(' (perhaps `worker`)');
    expect(perhaps('worher', [...others, 'worker'])).toBe('');
  });
});
