/**
 * A libvirtd with libvirt's test driver, reached by TLS on loopback as a host elsewhere is, and certificates that are right or
 * wrong in one way each. It has mounts and processes of its own and ends with this process.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TlsLibvirtd {
  readonly uri: (pki: Pki) => string;
  readonly answers: () => boolean;
  /** A node device, from its XML. */
  readonly createDevice: (xml: string) => void;
  readonly stop: () => Promise<void>;
}

/** Folders for `pkipath`: an authority and, mostly, a client's certificate. */
const pkis = {
  good: ['ca', 'client'],
  'other-authority': ['other', 'strange'],
  'strange-client': ['ca', 'strange'],
  expired: ['ca', 'old'],
  'no-certificate': ['ca'],
  empty: [],
} as const satisfies Record<string, readonly string[]>;
export type Pki = keyof typeof pkis;

const openssl = (...args: readonly string[]): void => {
  execFileSync('openssl', args, { stdio: 'ignore' });
};

function authority(folder: string, name: string): void {
  const uses = ['-addext', 'keyUsage=keyCertSign,cRLSign'];
  const to = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)];
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, '-days', '30', ...uses, ...to);
}

function certificate(folder: string, name: string, by: string, days: string): void {
  const file = (ending: string) => join(folder, `${name}.${ending}`);
  openssl(
    ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`],
    ...['-keyout', file('key'), '-out', file('csr')],
  );
  writeFileSync(
    file('ext'),
    'subjectAltName=IP:127.0.0.1\nkeyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth,clientAuth\n',
  );
  const signer = ['-CA', join(folder, `${by}.crt`), '-CAkey', join(folder, `${by}.key`), '-CAcreateserial'];
  openssl('x509', '-req', '-in', file('csr'), ...signer, '-extfile', file('ext'), '-out', file('crt'), '-days', days);
}

function makePki(folder: string): void {
  for (const name of ['ca', 'other']) authority(folder, name);
  for (const name of ['server', 'client']) certificate(folder, name, 'ca', '30');
  certificate(folder, 'strange', 'other', '30');
  certificate(folder, 'old', 'ca', '-1');
  for (const [name, [ca, client]] of Object.entries(pkis) as [Pki, readonly string[]][]) {
    const to = join(folder, name);
    mkdirSync(to);
    if (ca !== undefined) copyFileSync(join(folder, `${ca}.crt`), join(to, 'cacert.pem'));
    if (client === undefined) continue;
    copyFileSync(join(folder, `${client}.crt`), join(to, 'clientcert.pem'));
    copyFileSync(join(folder, `${client}.key`), join(to, 'clientkey.pem'));
  }
}

const configuration = (folder: string, port: number): string =>
  [
    `unix_sock_dir = "${folder}"`,
    ...['auth_unix_rw = "none"', 'auth_unix_ro = "none"', 'listen_tls = 1', 'listen_tcp = 0'],
    ...['listen_addr = "127.0.0.1"', `tls_port = "${String(port)}"`, 'tls_no_sanity_certificate = 1'],
    ...[`key_file = "${folder}/server.key"`, `cert_file = "${folder}/server.crt"`, `ca_file = "${folder}/ca.crt"`],
  ].join('\n');

/** What it writes outside its folder is only seen by itself. */
const script = (folder: string): string =>
  [
    'for d in /run/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt; do mkdir -p $d && mount -t tmpfs tmpfs $d; done',
    `exec libvirtd --listen --config ${folder}/libvirtd.conf --pid-file /run/libvirt/own.pid`,
  ].join('\n');

export async function startTlsLibvirtd(): Promise<TlsLibvirtd> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-tls-libvirtd-'));
  makePki(folder);
  const port = await freePort();
  writeFileSync(join(folder, 'libvirtd.conf'), configuration(folder, port));
  const unshare = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...unshare, 'bash', '-c', script(folder)], {
    stdio: 'ignore',
  });
  const virsh = (...args: readonly string[]) =>
    execFileSync('virsh', ['-c', `test+unix:///default?socket=${folder}/libvirt-sock`, ...args], { encoding: 'utf8' });
  return {
    uri: (pki) => `test+tls://127.0.0.1:${String(port)}/default?pkipath=${folder}/${pki}`,
    answers: () => existsSync(join(folder, 'libvirt-sock')),
    createDevice: (xml) => {
      writeFileSync(join(folder, 'device.xml'), xml);
      virsh('nodedev-create', join(folder, 'device.xml'));
    },
    stop: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
