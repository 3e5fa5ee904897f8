/**
 * A vendor of VNF packages: a key that signs, and the certificate by which Berth trusts it.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, tryRun } from './run.mjs';

const extensions = ['basicConstraints=critical,CA:false', 'keyUsage=critical,digitalSignature'];

/** What a signature with RSA and PKCS #1 v1.5 has over ECDSA here: the same content gives the same bytes. */
const kinds = {
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  rsa: ['-newkey', 'rsa:3072'],
};

const filesOf = (folder) => ({ key: join(folder, 'vendor.key'), certificate: join(folder, 'vendor.pem') });

/** Makes them; answers the paths of `{ key, certificate }`, both PEM. */
export async function makeVendor(folder, { kind, commonName, days }) {
  const { key, certificate } = filesOf(folder);
  mkdirSync(folder, { recursive: true });
  const said = extensions.flatMap((each) => ['-addext', each]);
  const asked = [...kinds[kind], '-sha256', '-nodes', '-days', String(days), '-subj', `/O=Berth/CN=${commonName}`];
  await run('openssl', ['req', '-x509', ...asked, ...said, '-keyout', key, '-out', certificate]);
  return { key, certificate };
}

/** The one whose files are in the folder and whose certificate is valid for another day, else one made now. */
export async function keptVendor(folder, wishes, tell) {
  const { key, certificate } = filesOf(folder);
  if (existsSync(key) && existsSync(certificate) && (await isValid(certificate))) return { key, certificate };
  tell(`made a key and a certificate for signing: ${key}, ${certificate}`);
  return makeVendor(folder, wishes);
}

async function isValid(certificate) {
  const { code } = await tryRun('openssl', ['x509', '-checkend', '86400', '-noout', '-in', certificate]);
  return code === 0;
}
