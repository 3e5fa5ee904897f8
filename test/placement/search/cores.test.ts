import { expect, test } from '@jest/globals';
import { cpuShortage, type CpuWish } from '../../../src/placement/search/cores.js';

const wish = (count: number, policy: CpuWish['policy']): CpuWish => ({
  ...{ count, policy, ownEmulatorCpu: false, named: undefined },
});

test.each([
  [2, 'require', { needs: 1, has: 0, what: 'sibling pair' }],
  [4, 'require', { needs: 2, has: 0, what: 'sibling pairs' }],
  [1, 'isolate', { needs: 1, has: 0, what: 'whole core' }],
  [2, 'isolate', { needs: 2, has: 0, what: 'whole cores' }],
] as const)('%i CPUs under %s are missing in words that fit their number', (count, policy, shortage) => {
  expect(cpuShortage([], wish(count, policy))).toEqual(shortage);
});
