/** Which process is the QEMU of a domain, where libvirtd may count processes in a namespace of its own. */
import { expect, it } from '@jest/globals';
import { qemuProcesses } from '../../../src/engine/libvirt/qemu-process.js';

const qemu = (uuid: string): readonly string[] => [
  '/usr/bin/qemu-system-x86_64',
  '-name',
  'guest=x',
  '-uuid',
  uuid,
  '',
];
const lines = new Map<number, readonly string[]>([
  [1, ['/sbin/init', '']],
  [7, ['/usr/bin/other', '-uuid']],
  [70, qemu('b')],
  [71, qemu('a')],
]);

function look() {
  const scans: string[] = [];
  const processOf = qemuProcesses(
    (pid) => lines.get(pid),
    () => {
      scans.push('scan');
      return [...lines.keys(), 999];
    },
  );
  return { processOf, scans };
}

it('is the one that libvirtd tells, where its command line names the domain', () => {
  const { processOf, scans } = look();
  expect([processOf('a', 71), scans]).toEqual([71, []]);
});

it('is another, where the number told is of another process or of none; all are read once only', () => {
  const { processOf, scans } = look();
  expect([processOf('a', 7), processOf('b', 71), processOf('a', 12345), processOf('b', 1)]).toEqual([71, 70, 71, 70]);
  expect(scans).toEqual(['scan']);
});

it('is none, where no process names the domain: no other process is taken for it', () => {
  const { processOf } = look();
  expect(processOf('c', 1)).toBeUndefined();
  expect(processOf('c', 71)).toBeUndefined();
});
