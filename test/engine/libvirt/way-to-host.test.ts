/** What libvirt 9 and OpenSSH 9 said, each once for real, and the fix that Berth adds. */
import { expect, test } from '@jest/globals';
import { explained } from '../../../src/engine/libvirt/way-to-host.js';

const tls = 'qemu+tls://rack1-n1/system?pkipath=/etc/berth/pki';
const ssh = 'qemu+ssh://root@rack1-n1/system?keyfile=/etc/berth/id';

test.each([
  [
    "Cannot read CA certificate '/etc/berth/pki/cacert.pem': No such file or directory",
    tls,
    'at /etc/berth/pki/cacert.pem',
  ],
  [
    "Cannot read CA certificate '/etc/pki/CA/cacert.pem': No such file",
    'qemu+tls://n1/system',
    '/etc/pki/CA/cacert.pem',
  ],
  ['The client certificate /etc/berth/pki/clientcert.pem has expired', tls, 'make a new client certificate'],
  [
    "Our own certificate /p/clientcert.pem failed validation against /p/cacert.pem: The certificate hasn't got a known issuer.",
    tls,
    'not of the authority of /etc/berth/pki/cacert.pem',
  ],
  ['Unable to read TLS confirmation: Input/output error', tls, 'its key at /etc/berth/pki/clientkey.pem'],
  [
    'Unable to read TLS confirmation: Input/output error',
    'qemu+tls://n1/system',
    '/etc/pki/libvirt/private/clientkey.pem',
  ],
  ["authentication failed: Failed to verify peer's certificate", tls, 'does not name rack1-n1 (subjectAltName)'],
  ['Cannot recv data: Host key verification failed.: Connection reset by peer', ssh, 'ssh-keyscan rack1-n1'],
  [
    'Cannot recv data: Host key verification failed.: Connection reset by peer',
    'qemu+ssh://root@rack1-n1:2222/system',
    'ssh-keyscan -p 2222 rack1-n1 >>',
  ],
  [
    'Cannot recv data: Warning: Identity file /etc/berth/id not accessible: No such file or directory.\nroot@n1: Permission denied (publickey).: Connection reset by peer',
    ssh,
    'put the private key at /etc/berth/id',
  ],
  [
    'Cannot recv data: @@@@@\n@   WARNING: UNPROTECTED PRIVATE KEY FILE!    @\nLoad key "/etc/berth/id": bad permissions\nroot@n1: Permission denied (publickey).',
    ssh,
    'chmod 600 /etc/berth/id',
  ],
  ['Cannot recv data: root@n1: Permission denied (publickey).: Connection reset by peer', ssh, 'authorized_keys'],
  [
    'Cannot recv data: ssh: Could not resolve hostname n1: Name or service not known',
    ssh,
    'no address is known of rack1-n1',
  ],
  [
    'Cannot recv data: ssh: connect to host n1 port 22: Connection refused: Connection reset',
    ssh,
    'no ssh daemon answers',
  ],
  ["unable to connect to server at 'n1:16514': Connection refused", tls, 'libvirtd-tls.socket'],
  [
    "End of file while reading data: virt-ssh-helper: cannot connect to '/var/run/libvirt/libvirt-sock': Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory: Input/output error",
    ssh,
    'start libvirtd',
  ],
])('%s is told with its fix', (said, uri, fix) => {
  const text = explained(said, uri);
  expect(text).toContain(fix);
  expect(text).not.toContain('\n');
  expect(text).not.toMatch(/\.$/);
});

test('what nobody knows a fix for stays in the words of libvirt', () => {
  expect(explained('end of file from server', tls)).toBe('end of file from server');
});
