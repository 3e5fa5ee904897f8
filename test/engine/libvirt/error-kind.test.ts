import { expect, test } from '@jest/globals';
import { errorKind } from '../../../src/engine/libvirt/error-kind.js';

const QEMU = 10;
const RPC = 7;
const REMOTE = 13;

test.each([
  ['no such domain', 42, QEMU, 'NotFound'],
  ['no such volume', 50, 18, 'NotFound'],
  ['the volume exists', 90, 18, 'Conflict'],
  ['a job holds the domain', 68, QEMU, 'Busy'],
  ['the domain does not run', 55, QEMU, 'Busy'],
  ['the XML fails the schema', 92, 5, 'Rejected'],
  ['QEMU died at the start', 1, QEMU, 'Rejected'],
  ['the agent is silent', 86, QEMU, 'Unavailable'],
  ['a code from the future', 4711, QEMU, 'Rejected'],
] as const)('%s', (_what, code, domain, kind) => {
  expect(errorKind(code, domain)).toBe(kind);
});

test.each([
  ['end of file while receiving', 38, RPC],
  ['the client socket is closed', 1, RPC],
  ['the keepalive gave up', 39, RPC],
  ['no socket to connect to', 38, REMOTE],
])('%s is a host that cannot be reached, whatever the code', (_what, code, domain) => {
  expect(errorKind(code, domain)).toBe('Unavailable');
});

test('an answer that the transport carries is an answer', () => {
  expect(errorKind(45, RPC)).toBe('Rejected');
});
