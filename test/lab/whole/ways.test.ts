/**
 * The ways to a host of the lab that `npm test` does not try: ssh with a key and a known host, by the whole Berth; a
 * certificate of the host that has expired; and plain TCP, which the configuration must name.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bodyOf } from '../../api/door.js';
import { describeUnless, missingLibrary } from '../../libvirt/environment.js';
import { keysIn } from '../../../src/lab/keys.js';
import { berthOnLab, hostLimitMs } from '../berth-on-lab.js';
import { labLimitMs, missingLab, startLab, type TestLab } from '../lab-under-test.js';
import { saidOn } from '../said-on.js';

jest.setTimeout(2 * hostLimitMs);

describeUnless(missingLibrary() ?? (await missingLab()), 'the ways to a host of the lab', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-ways-'));
  let lab: TestLab;
  let keys: ReturnType<typeof keysIn>;
  beforeAll(async () => {
    lab = await startLab({ hosts: 1, wires: 1, functions: 0 });
    keys = keysIn(dirname(new URL(lab.uris[0]!).searchParams.get('pkipath')!));
  }, labLimitMs);
  afterAll(async () => {
    await lab?.down();
    rmSync(folder, { recursive: true, force: true });
  }, labLimitMs);

  const sshUri = (key: string): string => `qemu+ssh://root@127.0.0.1:${lab.sshPorts[0]}/system?keyfile=${key}`;
  /** A mount of its own has them where ssh finds those of the machine. */
  const knowingHost = (file: string): readonly string[] => [
    ...['unshare', '-m', 'sh', '-c'],
    `mount -t tmpfs none /etc/ssh && cat ${file} > /etc/ssh/ssh_known_hosts && exec "$@"`,
    'sh',
  ];

  test('ssh is open with a key that the host takes, when its own is known', async () => {
    const known = join(folder, 'known_hosts');
    writeFileSync(
      known,
      execFileSync('ssh-keyscan', ['-p', String(lab.sshPorts[0]), '127.0.0.1'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    const world = await berthOnLab(lab, {
      host: (host) => ({ ...host, uri: sshUri(keys.ssh) }),
      under: knowingHost(known),
    });
    try {
      const host = await bodyOf(await world.berth().ask('/nfvi/v1/hosts/lab0'));
      expect(host).toMatchObject({ id: 'lab0', reachable: true, hostname: 'lab0' });
    } finally {
      await world.end();
    }
  });

  test('a certificate of the host that has expired is told with its fix', async () => {
    const there = '/etc/pki/libvirt/servercert.pem';
    const files = ['server.csr', 'server.ext'].map((name) => join(keys.server, name));
    const by = ['-CA', join(keys.client, 'cacert.pem'), '-CAkey', join(keys.server, 'cakey.pem'), '-CAcreateserial'];
    const serial = ['-CAserial', join(folder, 'serial')];
    const out = join(folder, 'old.pem');
    const signed = ['x509', '-req', '-in', files[0]!, '-extfile', files[1]!, ...by, ...serial, '-sha256'];
    execFileSync('openssl', [...signed, '-days', '-1', '-out', out], { stdio: 'ignore' });
    const text = readFileSync(out, 'utf8');
    // The daemon does not start with it otherwise: certificates expire while it runs.
    const lax = "sed -i '$ a tls_no_sanity_certificate = 1' /etc/libvirt/libvirtd.conf";
    const put = `cp ${there} /tmp/good.pem; cat > ${there} <<'PEM'\n${text}PEM\n${lax}; systemctl restart libvirtd`;
    await lab.shell('lab0', put);
    try {
      expect(await saidOn(lab.uris[0]!)).toMatch(/; the certificate of the host does not hold: it has expired/);
    } finally {
      await lab.shell('lab0', `cp /tmp/good.pem ${there}; systemctl restart libvirtd`);
    }
    expect(await saidOn(lab.uris[0]!)).toBeUndefined();
  });

  test('plain TCP is refused unless the configuration names the host', async () => {
    const host = (one: object) => ({ ...one, uri: lab.tcpUris[0]! });
    await expect(berthOnLab(lab, { host })).rejects.toThrow(/name "127\.0\.0\.1" under plainTcp/);
    const world = await berthOnLab(lab, { host, more: { plainTcp: ['127.0.0.1'] } });
    await world.end();
  });
});
