import { expect, test } from '@jest/globals';
import { deadlineMs } from '../../../src/engine/libvirt/deadlines.js';

/** On a busy host of the lab the first QEMU under KVM took more than the time of an ordinary call. */
test.each(['ensureStarted', 'createTransient'] as const)('%s starts a QEMU, so it may take minutes', (name) => {
  expect(deadlineMs(name)).toBeGreaterThan(2 * deadlineMs('listDomains'));
});
