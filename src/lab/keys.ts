/**
 * Keys and certificates of a lab: its CA, a certificate for the libvirt of every host and one for its clients, and
 * a key for ssh. They are made with the image and are valid for this lab only.
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './program.js';
import { hostShapes, mostHosts } from './shape.js';

const limitMs = 60_000;
const days = '3650';
const ecKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-sha256'];

/** The names by which libvirt's client finds them in `pkipath`. */
export const clientFiles = ['cacert.pem', 'clientcert.pem', 'clientkey.pem'] as const;

export interface Keys {
  readonly ssh: string;
  /** The folder for `pkipath`. */
  readonly client: string;
  readonly server: string;
}

export const keysIn = (folder: string): Keys => ({
  ssh: join(folder, 'ssh', 'id_ed25519'),
  client: join(folder, 'client'),
  server: join(folder, 'server'),
});

const openssl = (args: readonly string[]): Promise<string> => runProgram('openssl', args, { limitMs });

export async function makeKeys(folder: string): Promise<Keys> {
  const keys = keysIn(folder);
  for (const each of [join(folder, 'ssh'), keys.client, keys.server])
    await mkdir(each, { recursive: true, mode: 0o700 });
  const about = ['-q', '-t', 'ed25519', '-N', '', '-C', 'berth lab'];
  await runProgram('ssh-keygen', [...about, '-f', keys.ssh], { limitMs });
  const ca = { key: join(keys.server, 'cakey.pem'), certificate: join(keys.client, 'cacert.pem') };
  const says = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
  const extensions = says.flatMap((each) => ['-addext', each]);
  const subject = ['-subj', '/CN=Berth lab CA', '-days', days];
  await openssl(['req', '-x509', ...ecKey, ...subject, ...extensions, '-keyout', ca.key, '-out', ca.certificate]);
  const names = ['IP:127.0.0.1', 'DNS:localhost', ...hostShapes(mostHosts).map(({ name }) => `DNS:${name}`)];
  await signed(ca, { folder: keys.server, name: 'server', usage: 'serverAuth', subject: '/CN=lab host', names });
  await signed(ca, { folder: keys.client, name: 'client', usage: 'clientAuth', subject: '/CN=lab client', names: [] });
  return keys;
}

interface Certificate {
  readonly folder: string;
  readonly name: 'server' | 'client';
  readonly usage: string;
  readonly subject: string;
  readonly names: readonly string[];
}

async function signed(ca: { readonly key: string; readonly certificate: string }, wish: Certificate): Promise<void> {
  const key = join(wish.folder, `${wish.name}key.pem`);
  const request = join(wish.folder, `${wish.name}.csr`);
  const extensions = join(wish.folder, `${wish.name}.ext`);
  const lines = [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature,keyEncipherment',
    `extendedKeyUsage=${wish.usage}`,
    ...(wish.names.length > 0 ? [`subjectAltName=${wish.names.join(',')}`] : []),
  ];
  await writeFile(extensions, `${lines.join('\n')}\n`);
  await openssl(['req', '-new', ...ecKey, '-subj', wish.subject, '-keyout', key, '-out', request]);
  const by = ['-CA', ca.certificate, '-CAkey', ca.key, '-CAcreateserial', '-days', days, '-sha256'];
  const out = join(wish.folder, `${wish.name}cert.pem`);
  await openssl(['x509', '-req', '-in', request, ...by, '-extfile', extensions, '-out', out]);
  await chmod(key, 0o600);
}
