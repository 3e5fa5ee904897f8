/** Hosts that are booted without a part: nothing else of the machine is another one. */
import { expect, test } from '@jest/globals';
import { machineArguments } from '../../src/lab/qemu-arguments.js';
import { hostShape } from '../../src/lab/shape.js';
import { argumentsWithout } from '../../src/lab/without.js';

const all = machineArguments(hostShape(0));
const changed = (what: 'iommu' | 'acs') =>
  argumentsWithout(all, what).flatMap((word, at) => (word === all[at] ? [] : [[all[at], word] as const]));

test('without nothing it is the same machine', () => expect(argumentsWithout(all, undefined)).toEqual(all));

test('without an IOMMU the kernel is told not to use it', () => {
  expect(changed('iommu')).toEqual([
    [expect.stringContaining(' intel_iommu=on iommu=pt '), expect.stringContaining(' intel_iommu=off ')],
  ]);
});

test('without access control both ports of cards lack it', () => {
  const found = changed('acs');
  expect(found).toHaveLength(2);
  for (const [before, after] of found) expect(after).toBe(`${before},disable-acs=on`);
});
