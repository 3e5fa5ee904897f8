/**
 * Signatures that the author's tool makes: OpenSSL and the verifier of the server accept them.
 */
import { afterAll, describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSigning, type SigningKey } from '../../../src/artifacts/signatures/sign.js';
import { createSignatureVerifier } from '../../../src/artifacts/signatures/verifier.js';
import { Pki, type Identity } from './authority.js';

const pki = new Pki();
afterAll(() => pki.remove());
const root = pki.authority('root');
const middle = pki.authority('middle', root);
const trustStore = pki.bundle('trust.pem', root);

const rsa = (bits: number): readonly string[] => ['rsa', '-pkeyopt', `rsa_keygen_bits:${bits}`];
const curve = (name: string): readonly string[] => ['ec', '-pkeyopt', `ec_paramgen_curve:${name}`];

const content = Buffer.from('metadata:\n  vnf_product_name: Edge\r\n');
const fileOf = (name: string): Buffer => readFileSync(join(pki.folder, name));
const keyOf = ({ keyFile, certificate }: Identity, more: Partial<SigningKey> = {}): SigningKey => ({
  key: fileOf(keyFile),
  certificates: certificate,
  hash: 'sha256',
  ...more,
});

describe('a signature', () => {
  test.each([
    ['RSA', rsa(2048)],
    ['ECDSA on P-256', curve('P-256')],
    ['ECDSA on P-384', curve('P-384')],
    ['ECDSA on P-521', curve('P-521')],
  ])('by %s with SHA-256 and SHA-512 is accepted by the server and by OpenSSL', async (name, key) => {
    const signer = pki.signer(name.replaceAll(' ', ''), { by: root, key });
    for (const hash of ['sha256', 'sha512'] as const) {
      const cms = await createSigning(keyOf(signer, { hash }))([content.subarray(0, 5), content.subarray(5)]);
      const verify = createSignatureVerifier({ trustStore }, { now: Date.now });
      const verdict = await verify({
        cms: Buffer.from(cms),
        certificates: [],
        content: [
          async function* () {
            yield await Promise.resolve(content);
          },
        ],
      });
      expect(verdict).toMatchObject({ faults: [], carriesCertificate: true });
      writeFileSync(join(pki.folder, 'cms'), cms);
      writeFileSync(join(pki.folder, 'content'), content);
      const read = ['-in', 'cms', '-inform', 'PEM', '-binary', '-content', 'content', '-CAfile', 'root.pem'];
      expect(pki.openssl('cms', '-verify', ...read, '-purpose', 'any').equals(content)).toBe(true);
    }
  });

  test('carries the certificates between the signer and its root', async () => {
    const signer = pki.signer('deep', { by: middle });
    const chain = Buffer.concat([signer.certificate, middle.certificate]);
    const cms = await createSigning(keyOf(signer, { certificates: chain }))([content]);
    const verify = createSignatureVerifier({ trustStore }, { now: Date.now });
    const open = async function* () {
      yield await Promise.resolve(content);
    };
    expect((await verify({ cms: Buffer.from(cms), certificates: [], content: [open] })).faults).toEqual([]);
  });

  test('by an RSA key is the same each time', async () => {
    const sign = createSigning(keyOf(pki.signer('steady', { key: rsa(2048) })));
    expect(await sign([content])).toBe(await sign([content]));
  });
});

describe('an encrypted key', () => {
  const signer = pki.signer('locked');
  pki.openssl('pkcs8', '-topk8', '-in', signer.keyFile, '-out', 'locked.p8', '-passout', 'pass:open sesame');
  const locked = keyOf(signer, { key: fileOf('locked.p8') });

  test('signs with its passphrase', async () => {
    const cms = await createSigning({ ...locked, passphrase: 'open sesame' })([content]);
    expect(cms).toMatch(/^-----BEGIN CMS-----\n[^]*-----END CMS-----\n$/);
  });

  test.each([
    [undefined, 'it is no private key in PEM, or needs a passphrase'],
    ['', 'not with this passphrase'],
    ['sesame', 'not with this passphrase'],
  ])('does not open with %s', (passphrase, why) => {
    expect(() => createSigning({ ...locked, ...(passphrase === undefined ? {} : { passphrase }) })).toThrow(
      `it cannot be opened: ${why}`,
    );
  });
});

describe('what cannot sign is named:', () => {
  const good = pki.signer('good');
  test.each<readonly [string, () => SigningKey, string]>([
    [
      'Ed25519',
      () => keyOf(pki.signer('edwards', { key: ['ed25519'] })),
      'it is a key of the kind ed25519; sign with RSA',
    ],
    [
      'a key for RSA-PSS alone',
      () => keyOf(pki.signer('pss', { key: ['rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'] })),
      'it is a key for RSA-PSS alone; sign with RSA',
    ],
    [
      'a short RSA key',
      () => keyOf(pki.signer('short', { key: rsa(1024) })),
      'it is an RSA key of 1024 bits; sign with',
    ],
    ['the key of another', () => keyOf(good, { key: fileOf('root.key') }), 'it is not the key of O=Example, CN=good'],
    [
      'a certificate for other uses',
      () => keyOf(pki.signer('cipher', { extensions: 'keyUsage=keyEncipherment\n' })),
      'says that its key is not for signatures',
    ],
    [
      'a file without a certificate',
      () => keyOf(good, { certificates: fileOf('good.key') }),
      'the certificate file holds no certificate',
    ],
    ['a certificate as key', () => keyOf(good, { key: good.certificate }), 'it is no private key in PEM'],
  ])('%s', (_, key, why) => {
    expect(() => createSigning(key())).toThrow(why);
  });
});
