/**
 * Packages of security option 2, signed by OpenSSL: an archive in an archive, with its signature beside it.
 */
import { afterAll, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { innerArchivePath } from '../../../src/artifacts/onboard.js';
import { edgePackage, type Files } from '../edge-package.js';
import { writeZip } from '../zips.js';
import { csar, errorsOf, folder, onboard, pki, removeAll, signer, stranger } from './signed-edge.js';

afterAll(removeAll);

/** The package as one archive inside another, beside what `more` adds. */
async function wrapped(
  more: (inner: Buffer) => Readonly<Record<string, Buffer>>,
  files = edgePackage(),
): Promise<Files> {
  await writeZip(join(folder, 'inner.csar'), files);
  const inner = readFileSync(join(folder, 'inner.csar'));
  return new Map([['edge.csar', inner], ...Object.entries(more(inner))]);
}

describe('a package of option 2', () => {
  test.each([
    ['in the CMS', (inner: Buffer) => ({ 'edge.cms': pki.sign(inner, signer) })],
    [
      'beside it',
      (inner: Buffer) => ({ 'edge.cms': pki.sign(inner, signer, '-nocerts'), 'edge.cert': signer.certificate }),
    ],
  ])('is onboarded with the certificate %s', async (_, more) => {
    const outcome = await onboard(await wrapped(more));
    expect(outcome.ok && outcome.value).toMatchObject({ securityOption: 'OPTION_2', findings: [] });
    expect(outcome.ok && outcome.value.signingCertificate).toBe(signer.certificate.toString());
    expect(existsSync(innerArchivePath(csar))).toBe(true);
    rmSync(innerArchivePath(csar));
  });

  const other = Buffer.from('another archive');
  test.each<readonly [string, () => Promise<Files>, readonly string[]]>([
    [
      'its content was changed',
      () => wrapped(() => ({ 'edge.cms': pki.sign(other, signer) })),
      ['SIG-CONTENT-CHANGED'],
    ],
    [
      'its signer is a stranger',
      () => wrapped((inner) => ({ 'edge.cms': pki.sign(inner, stranger) })),
      ['SIG-UNTRUSTED'],
    ],
    [
      'its certificate is there twice',
      () => wrapped((inner) => ({ 'edge.cms': pki.sign(inner, signer), 'edge.cert': signer.certificate })),
      ['SIG-CERTIFICATE-TWICE'],
    ],
    ['it has no signature', () => wrapped(() => ({})), ['CSAR-NESTED']],
    [
      'it has two signatures',
      () => wrapped((inner) => ({ 'a.cms': pki.sign(inner, signer), 'b.cms': pki.sign(inner, signer) })),
      ['CSAR-NESTED'],
    ],
    [
      'it holds something else',
      () => wrapped((inner) => ({ 'edge.cms': pki.sign(inner, signer), 'readme.txt': other })),
      ['CSAR-NESTED'],
    ],
    [
      'there is a third archive in the second',
      async () => {
        const within = await wrapped((inner) => ({ 'edge.cms': pki.sign(inner, signer) }));
        return wrapped((inner) => ({ 'edge.cms': pki.sign(inner, signer) }), within);
      },
      ['CSAR-NESTED'],
    ],
    [
      'what is inside is no archive',
      async () =>
        new Map([
          ['edge.csar', other],
          ['edge.cms', pki.sign(other, signer)],
        ]),
      ['CSAR-NOT-ZIP'],
    ],
  ])('is refused when %s, and nothing is left', async (_, files, expected) => {
    expect(errorsOf(await onboard(await files()))).toEqual(expected);
    expect(existsSync(innerArchivePath(csar))).toBe(false);
  });
});
