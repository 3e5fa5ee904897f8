/**
 * Packages of security option 2, signed by OpenSSL: an archive in an archive, with its signature beside it.
 */
import { afterAll, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { innerArchivePath } from '../../../src/artifacts/onboard.js';
import { edgePackage, edit, type EdgeOptions, type Files } from '../edge-package.js';
import { writeZip } from '../zips.js';
import { csar, errorsOf, folder, manifest, onboard, pki, removeAll, signer, stranger } from './signed-edge.js';

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

const other = Buffer.from('another archive');

/** The manifest, and what TOSCA.meta says of it. */
function dropManifest(files: Files): void {
  files.delete(manifest);
  edit(files, 'TOSCA-Metadata/TOSCA.meta', /.*Manifest.*\n/, '');
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

  test('is one of option 2 where signatures are not looked at, too', async () => {
    const files = await wrapped((inner) => ({ 'edge.cms': pki.sign(inner, stranger) }));
    const outcome = await onboard(files, { policy: 'off' });
    expect(outcome.ok && outcome.value).toMatchObject({ securityOption: 'OPTION_2', findings: [] });
    rmSync(innerArchivePath(csar));
  });

  const sign = (inner: Buffer) => ({ 'edge.cms': pki.sign(inner, signer) });
  const lacking: readonly (readonly [string, EdgeOptions, string])[] = [
    ['has no manifest', { tamper: dropManifest }, 'MF-MISSING'],
    ['has a file that its manifest leaves out', { tamper: (all) => all.set('x.txt', other) }, 'MF-UNLISTED'],
    [
      'has a manifest that does not name its provider',
      { tamper: (all) => edit(all, manifest, /.*vnf_provider_id.*\n/, '') },
      'MF-METADATA-MISSING',
    ],
  ];

  test.each(lacking)('that %s is refused where signatures are required', async (_, options, code) => {
    expect(errorsOf(await onboard(await wrapped(sign, edgePackage(options))))).toEqual([code]);
  });

  test.each(lacking)('that %s is onboarded with a warning where they are not', async (_, options, code) => {
    const outcome = await onboard(await wrapped(sign, edgePackage(options)), { policy: 'warn' });
    expect(outcome.ok && outcome.value.findings).toMatchObject([{ code, severity: 'warning' }]);
    rmSync(innerArchivePath(csar));
  });

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
