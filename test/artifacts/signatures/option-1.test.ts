/**
 * Packages of security option 1, signed by OpenSSL, well and badly: each is onboarded or refused for its reason.
 */
import { afterAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { edgePackage, edit, type Files } from '../edge-package.js';
import {
  belowMiddle, errorsOf, findingsOf, folder, manifest, middle, onboard, pki, removeAll, root, signManifest, signed, signer,
  stranger, withEntryCertificate, type World,
} from './signed-edge.js'; // prettier-ignore

afterAll(removeAll);

describe('a package of option 1 is onboarded when', () => {
  const cases: readonly (readonly [string, () => Files])[] = [
    ['the certificate is in the CMS', () => signed(signer)],
    ['the certificate is at ETSI-Entry-Certificate', () => withEntryCertificate(signer, signer, '-nocerts')],
    [
      'the certificate is at the root',
      () =>
        edgePackage({
          tamper: (files) => {
            files.set('edge.cert', signer.certificate);
            signManifest(files, signer, '-nocerts');
          },
        }),
    ],
    ['an authority between is in the CMS', () => signed(belowMiddle, '-certfile', middle.certificateFile)],
    ['it has no signed attributes', () => signed(signer, '-noattr')],
    ['the signer is named by its key', () => signed(signer, '-keyid')],
    ['it is signed with SHA-512', () => signed(signer, '-md', 'sha512')],
    ['it is signed as text with CRLF', () => signed(signer, 'text')],
    [
      'the certificate is one for code',
      () => signed(pki.signer('code', { by: root, extensions: 'extendedKeyUsage=clientAuth,codeSigning\n' })),
    ],
    ['it is signed by RSA', () => signed(pki.signer('rsa', { by: root, key: ['rsa:2048'] }))],
    [
      'it is signed by RSA-PSS',
      () => signed(pki.signer('pss', { by: root, key: ['rsa:2048'] }), '-keyopt', 'rsa_padding_mode:pss'),
    ],
    [
      'it is signed before its last line break',
      () =>
        edgePackage({
          tamper: (files) => {
            const text = files.get(manifest)!;
            const cms = pki.sign(text.subarray(0, -1), signer);
            files.set(manifest, Buffer.concat([text, cms]));
          },
        }),
    ],
    [
      'a file has a signature of its own',
      () => withFileSignature((content) => pki.sign(content, signer, '-outform', 'DER')),
    ],
    [
      'the certificate of a file’s signature is the package’s',
      () => signedFileAndPackage((content) => pki.sign(content, signer, '-outform', 'DER', '-nocerts')),
    ],
    [
      'the signature of a file holds a certificate, beside the package’s',
      () => signedFileAndPackage((content) => pki.sign(content, signer, '-outform', 'DER')),
    ],
  ];

  test.each(cases)('%s', async (_, files) => {
    const outcome = await onboard(files());
    expect(outcome.ok ? [] : findingsOf(outcome)).toEqual([]);
    expect(outcome.ok && outcome.value).toMatchObject({ securityOption: 'OPTION_1', findings: [] });
    expect(outcome.ok && outcome.value.signingCertificate).toContain('BEGIN CERTIFICATE');
  });
});

/** ChangeLog.txt is signed in a file beside it. */
const withFileSignature = (
  sign: (content: Buffer) => Buffer,
  change: (files: Files) => void = () => undefined,
): Files =>
  edgePackage({
    tamper: (files) => {
      files.set('ChangeLog.cms', sign(files.get('ChangeLog.txt')!));
      edit(files, manifest, 'Source: ChangeLog.txt', 'Source: ChangeLog.txt\nSignature: ChangeLog.cms');
      signManifest(files, signer);
      change(files);
    },
  });

/** As well, and the certificate is at ETSI-Entry-Certificate. */
const signedFileAndPackage = (sign: (content: Buffer) => Buffer): Files =>
  edgePackage({
    change: (files) => edit(files, 'TOSCA-Metadata/TOSCA.meta', /$/, 'ETSI-Entry-Certificate: Certificates/vnf.cert\n'),
    tamper: (files) => {
      files.set('Certificates/vnf.cert', signer.certificate);
      files.set('ChangeLog.cms', sign(files.get('ChangeLog.txt')!));
      edit(files, manifest, 'Source: ChangeLog.txt', 'Source: ChangeLog.txt\nSignature: ChangeLog.cms');
      signManifest(files, signer, '-nocerts');
    },
  });

function signedAndThen(files: Files, more: Buffer): void {
  signManifest(files, signer);
  files.set(manifest, Buffer.concat([files.get(manifest)!, more]));
}

test('two signatures behind one another are counted', async () => {
  const files = edgePackage({ tamper: (all) => signedAndThen(all, pki.sign(all.get(manifest)!, signer)) });
  const messages = findingsOf(await onboard(files)).map(({ message }) => message);
  expect(messages).toContainEqual(expect.stringContaining('there are 2 CMS blocks in it, not one'));
});

test('a certificate of another is told as that', async () => {
  const [finding] = findingsOf(await onboard(withEntryCertificate(signer, belowMiddle, '-nocerts')));
  expect(finding?.message).toMatch(
    /^The signer is number [0-9A-F]+ of the issuer O=Example, CN=root; the certificate that is there is that of O=Example, CN=below-middle \(serial [0-9A-F]+\)\.$/,
  );
});

test('the certificate of the signer is the one that is shown', async () => {
  const outcome = await onboard(signed(signer));
  expect(outcome.ok && outcome.value.signingCertificate).toBe(signer.certificate.toString());
});

describe('a package of option 1 is refused when', () => {
  const sameSerial = () =>
    [pki.signer('one', { by: root, serial: 7 }), pki.signer('other', { by: root, serial: 7 })] as const;
  const cases: readonly (readonly [string, () => Files, readonly string[], (() => World)?])[] = [
    ['nothing is signed', () => edgePackage(), ['SIG-NONE']],
    ['the signer has expired', () => signed(signer), ['SIG-EXPIRED'], () => ({ inDays: 400 })],
    ['the signer is not valid yet', () => signed(signer), ['SIG-NOT-YET-VALID'], () => ({ inDays: -2 })],
    [
      'another key signed',
      () => {
        const [one, other] = sameSerial();
        return withEntryCertificate(one, other, '-nocerts');
      },
      ['SIG-INVALID'],
    ],
    [
      'another key signed, without attributes',
      () => {
        const [one, other] = sameSerial();
        return withEntryCertificate(one, other, '-nocerts', '-noattr');
      },
      ['SIG-INVALID'],
    ],
    [
      'a file was changed',
      () =>
        edgePackage({
          tamper: (files) => {
            signManifest(files, signer);
            edit(files, 'ChangeLog.txt', '1.0', '1.1');
          },
        }),
      ['DIGEST-MISMATCH'],
    ],
    [
      'the manifest was changed',
      () =>
        edgePackage({
          tamper: (files) => {
            signManifest(files, signer);
            edit(files, manifest, '2026-01-31', '2027-01-31');
          },
        }),
      ['SIG-CONTENT-CHANGED'],
    ],
    [
      'the certificate is in the CMS and at ETSI-Entry-Certificate',
      () => withEntryCertificate(signer, signer),
      ['SIG-CERTIFICATE-TWICE'],
    ],
    [
      'the certificate is that of another',
      () => withEntryCertificate(signer, belowMiddle, '-nocerts'),
      ['SIG-CERTIFICATE-OTHER'],
    ],
    ['the certificate is nowhere', () => signed(signer, '-nocerts'), ['SIG-CERTIFICATE-MISSING']],
    ['the digest algorithm is SHA-1', () => signed(signer, '-md', 'sha1'), ['SIG-ALGORITHM']],
    ['the key is short', () => signed(pki.signer('short', { by: root, key: ['rsa:1024'] })), ['SIG-ALGORITHM']],
    [
      'the certificate is signed with SHA-1',
      () => signed(pki.signer('sha1', { by: root, digest: 'sha1' })),
      ['SIG-ALGORITHM'],
    ],
    [
      'the key is not for signatures',
      () => signed(pki.signer('agreement', { by: root, extensions: 'keyUsage=keyAgreement\n' })),
      ['SIG-KEY-USAGE'],
    ],
    [
      'the certificate is one for TLS servers',
      () => signed(pki.signer('server', { by: root, extensions: 'extendedKeyUsage=serverAuth\n' })),
      ['SIG-KEY-USAGE'],
    ],
    ['nobody vouches for the signer', () => signed(stranger), ['SIG-UNTRUSTED']],
    ['an authority between is missing', () => signed(belowMiddle), ['SIG-UNTRUSTED']],
    [
      'the signer was issued by one who is no authority',
      () => signed(pki.signer('below-signer', { by: signer }), '-certfile', signer.certificateFile),
      ['SIG-UNTRUSTED'],
    ],
    [
      'an authority has one below it that it may not have',
      () => {
        const last = pki.authority('last', root, 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=keyCertSign\n');
        const under = pki.authority('under', last);
        const bundle = pki.bundle('between.pem', last, under);
        return signed(pki.signer('below-under', { by: under }), '-certfile', bundle);
      },
      ['SIG-UNTRUSTED'],
    ],
    [
      'the signer is revoked',
      () => signed(signer),
      ['SIG-REVOKED'],
      () => ({ revocationLists: pki.revocationList(root, signer) }),
    ],
    [
      'the list of its authority is too old',
      () => signed(signer),
      ['SIG-REVOCATION-UNKNOWN'],
      () => ({ revocationLists: pki.revocationList(root), inDays: 60 }),
    ],
    [
      'there is no list of one of the authorities',
      () => signed(belowMiddle, '-certfile', middle.certificateFile),
      ['SIG-REVOCATION-UNKNOWN'],
      () => ({ revocationLists: pki.revocationList(root) }),
    ],
    [
      'the CMS is none',
      () =>
        edgePackage({
          tamper: (files) => {
            const rubbish = '-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n';
            files.set(manifest, Buffer.concat([files.get(manifest)!, Buffer.from(rubbish)]));
          },
        }),
      ['SIG-MALFORMED'],
    ],
    [
      'text stands behind the signature',
      () => edgePackage({ tamper: (files) => signedAndThen(files, Buffer.from('\nSource: more.sh\n')) }),
      ['MF-AFTER-SIGNATURE'],
    ],
    [
      'another signature stands behind the first',
      () =>
        edgePackage({
          tamper: (files) => {
            signedAndThen(files, pki.sign(files.get(manifest)!, signer));
          },
        }),
      ['MF-AFTER-SIGNATURE', 'SIG-MALFORMED'],
    ],
    ['the content is in the CMS', () => signed(signer, '-nodetach'), ['SIG-MALFORMED']],
    [
      'a file is not in the signed manifest',
      () =>
        edgePackage({
          tamper: (files) => {
            files.set('Scripts/more.sh', Buffer.from('rm -rf /'));
            signManifest(files, signer);
          },
        }),
      ['SIG-UNCOVERED'],
    ],
    [
      'a file has the signature of another',
      () => withFileSignature(() => pki.sign(Buffer.from('something else'), signer)),
      ['SIG-CONTENT-CHANGED'],
    ],
    [
      'the signature of a file is not there',
      () =>
        withFileSignature(
          (content) => pki.sign(content, signer),
          (files) => files.delete('ChangeLog.cms'),
        ),
      ['SIG-FILE-MISSING'],
    ],
    [
      'much is wrong at once',
      () =>
        edgePackage({
          tamper: (files) => {
            signManifest(files, stranger);
            edit(files, manifest, '2026-01-31', '2027-01-31');
            edit(files, 'ChangeLog.txt', '1.0', '1.1');
          },
        }),
      ['SIG-CONTENT-CHANGED', 'SIG-EXPIRED', 'SIG-UNTRUSTED', 'DIGEST-MISMATCH'],
      () => ({ inDays: 400 }),
    ],
  ];

  test.each(cases)('%s', async (_, files, expected, world = () => ({})) => {
    expect(errorsOf(await onboard(files(), world()))).toEqual(expected);
  });

  test('the server has no trust store', async () => {
    expect(errorsOf(await onboard(signed(signer), { trustNobody: true }))).toEqual(['SIG-UNTRUSTED']);
  });

  test('certificates issue one another without end', async () => {
    const one = pki.authority('round');
    const other = pki.authority('about', one);
    // The same name and key as the first, issued by the one below it.
    pki.openssl('req', '-new', '-key', one.keyFile, '-out', 'again.csr', '-subj', '/O=Example/CN=round');
    pki.openssl('x509', '-req', '-in', 'again.csr', '-CA', other.certificateFile, '-CAkey', other.keyFile, '-set_serial', '5', '-extfile', 'extensions', '-out', 'again.pem'); // prettier-ignore
    const again = { ...one, certificate: readFileSync(join(pki.folder, 'again.pem')) };
    const bundle = pki.bundle('round.pem', again, other);
    const files = signed(pki.signer('dizzy', { by: other }), '-certfile', bundle);
    expect(errorsOf(await onboard(files))).toEqual(['SIG-UNTRUSTED']);
  });
});

test('a signer may be trusted by its own certificate', async () => {
  const outcome = await onboard(signed(stranger), { trustStore: join(pki.folder, stranger.certificateFile) });
  expect(outcome.ok).toBe(true);
});

test('a current list that does not name the signer lets it pass', async () => {
  expect((await onboard(signed(signer), { revocationLists: pki.revocationList(root) })).ok).toBe(true);
});

test('a trust store that is not there is a fault of the server, not of the package', async () => {
  await expect(onboard(signed(signer), { trustStore: join(folder, 'none.pem') })).rejects.toThrow('ENOENT');
});

describe('where signatures are only asked for', () => {
  test.each([
    ['an unsigned package', () => edgePackage(), 'SIG-NONE'],
    ['a package of a stranger', () => signed(stranger), 'SIG-UNTRUSTED'],
  ] as const)('%s is onboarded with a warning', async (_, files, code) => {
    const outcome = await onboard(files(), { policy: 'warn' });
    expect(outcome.ok && outcome.value.findings).toMatchObject([{ code, severity: 'warning' }]);
  });
});

describe('an artifact that is encrypted by CMS is refused', () => {
  test.each(['DER', 'PEM'])('in %s', async (form) => {
    pki.openssl('cms', '-encrypt', '-aes256', '-in', signer.certificateFile, '-outform', form, '-out', 'secret', signer.certificateFile); // prettier-ignore
    const secret = readFileSync(join(pki.folder, 'secret'));
    const files = edgePackage({
      change: (all) => all.set('Scripts/secret.cms', secret),
      tamper: (all) => signManifest(all, signer),
    });
    expect(errorsOf(await onboard(files))).toEqual(['PKG-ENCRYPTED']);
  });
});

test('an archive among the artifacts is kept as it is and never unpacked', async () => {
  const bomb = Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(1000)]);
  const files = edgePackage({
    change: (all) => all.set('Scripts/charts.zip', bomb),
    tamper: (all) => signManifest(all, signer),
  });
  const outcome = await onboard(files);
  expect(outcome.ok && outcome.value.additionalArtifacts).toContainEqual(
    expect.objectContaining({ path: 'Scripts/charts.zip', sizeBytes: 1004 }),
  );
});
