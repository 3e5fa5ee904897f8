/**
 * Gives the signatures that the package reader asks about to the verifier, with their bytes out of the archive.
 */
import type { SignatureVerdict, SignatureWish } from '../package/signatures.js';
import type { CsarLimits } from './csar-limits.js';
import type { CsarArchive } from './open-csar.js';
import { maxCmsBytes } from './signatures/pem.js';
import type { OpenContent } from './signatures/content.js';
import type { SignatureVerifier } from './signatures/verifier.js';

const cmsBegin = '-----BEGIN CMS-----';

export async function verifySignature(
  archive: CsarArchive,
  { signaturePath, contentPath, certificatePaths }: SignatureWish,
  verify: SignatureVerifier,
  limits: CsarLimits,
): Promise<SignatureVerdict> {
  const certificates = await Promise.all(certificatePaths.map((path) => archive.head(path, maxCmsBytes)));
  if (signaturePath !== contentPath) {
    const cms = await archive.head(signaturePath, maxCmsBytes + 1);
    return verify({ cms, certificates, content: [() => archive.stream(contentPath)] });
  }
  const manifest = Buffer.from(await archive.head(contentPath, limits.textBytes));
  const at = beginOf(manifest);
  const content = formsOf(manifest.subarray(0, at)).map(
    (form): OpenContent =>
      () =>
        once(form),
  );
  return verify({ cms: manifest.subarray(at), certificates, content });
}

/** At the beginning of a line, as the reader of the manifest sees it. */
function beginOf(manifest: Buffer): number {
  if (manifest.indexOf(cmsBegin) === 0) return 0;
  const [at] = [manifest.indexOf(`\n${cmsBegin}`), manifest.indexOf(`\r${cmsBegin}`)]
    .filter((index) => index >= 0)
    .toSorted((a, b) => a - b);
  return at === undefined ? manifest.length : at + 1;
}

/**
 * All bytes before the CMS are signed. Some sign before they add the line break that the CMS needs, and `openssl cms`
 * without `-binary` signs CRLF; neither changes what the manifest says.
 */
function formsOf(signed: Buffer): readonly Buffer[] {
  const text = signed.toString('latin1');
  const forms = [text, text.replace(/\r?\n$/, ''), text.replace(/\r?\n/g, '\r\n')];
  return [...new Set(forms)].map((form) => Buffer.from(form, 'latin1'));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
