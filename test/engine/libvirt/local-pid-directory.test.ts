import { expect, test } from '@jest/globals';
import { localPidDirectory } from '../../../src/engine/libvirt/local-pid-directory.js';

test.each([
  ['qemu:///system', '/run/libvirt/qemu'],
  ['qemu+unix:///system', '/run/libvirt/qemu'],
  ['qemu:///system?socket=/tmp/a/libvirt-sock', '/tmp/a/qemu'],
  ['qemu+tls://host7/system', undefined],
  ['qemu+ssh://root@host7/system', undefined],
  ['test:///default', undefined],
])('%s keeps process ids in %s', (uri, folder) => {
  expect(localPidDirectory(uri)).toBe(folder);
});
