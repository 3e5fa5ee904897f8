import { expect, test } from '@jest/globals';
import { hostCpusOf } from '../../../src/engine/libvirt/calls/cpu-map.js';
import { residentMemory } from '../../../src/engine/libvirt/numa-maps.js';

test('a CPU map begins with the lowest bit of its first byte', () => {
  expect(hostCpusOf(Uint8Array.of(0b0000_0101, 0, 0b1000_0000))).toEqual([0, 2, 23]);
  expect(hostCpusOf(Uint8Array.of(0, 0))).toEqual([]);
});

const maps = `
559fbd2f6000 default file=/usr/bin/qemu-system-x86_64 mapped=900 mapmax=2 N0=900 kernelpagesize_kB=4
559fbd301000 default heap anon=10 dirty=10 N0=8 N1=2 kernelpagesize_kB=4
7f0000000000 bind:1 anon=1000 dirty=1000 active=0 N1=1000 kernelpagesize_kB=4
7f2000000000 bind:1 file=/dev/hugepages/libvirt/qemu/1-edge/pc.ram\\040(deleted) huge anon=3 dirty=3 N1=3 kernelpagesize_kB=2048
7f4000000000 prefer:0 file=/memfd:ram\\040(deleted) dirty=5 active=0 N0=5 kernelpagesize_kB=4
7f6000000000 default file=/usr/lib/libc.so.6 anon=1 dirty=1 N0=1 kernelpagesize_kB=4
7ffd00000000 default stack anon=3 dirty=3 N0=3 kernelpagesize_kB=4
7ffd10000000 default
`;

test('memory is summed by cell in the size of its pages, without mapped programs', () => {
  expect(residentMemory(maps)).toEqual([
    { cell: 0, bytes: (8 + 5 + 3) * 4096 },
    { cell: 1, bytes: (2 + 1000) * 4096 + 3 * 2048 * 1024 },
  ]);
  expect(residentMemory('')).toEqual([]);
});
