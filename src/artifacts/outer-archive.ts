/**
 * Security option 2 (SOL004 clause 5.2): an archive that holds the package as one inner archive, its signature beside
 * it and perhaps the certificate. The signature is verified before the inner archive is opened.
 */
import { found } from '../package/finding-codes.js';
import type { SignatureVerdict } from '../package/signatures.js';
import type { Finding } from '../shared/finding.js';
import type { CsarEntry, CsarArchive } from './open-csar.js';
import { maxCmsBytes } from './signatures/pem.js';
import type { SignatureVerifier } from './signatures/verifier.js';

export interface OuterArchive {
  readonly inner: string;
  /** Signatures; one is what there should be. */
  readonly signatures: readonly string[];
  readonly certificates: readonly string[];
}

const isInner = (path: string): boolean => /^[^/]+\.(csar|zip)$/i.test(path);

/** Undefined for a package that lies in the archive itself. */
export function outerArchive(entries: readonly CsarEntry[]): OuterArchive | undefined {
  const paths = entries.map(({ path }) => path);
  const isPackage = paths.some((path) => path.startsWith('TOSCA-Metadata/') || /^[^/]+\.(ya?ml|mf)$/i.test(path));
  const [inner, ...others] = paths.filter(isInner);
  if (isPackage || inner === undefined || others.length > 0) return undefined;
  return {
    inner,
    signatures: paths.filter((path) => /^[^/]+\.(cms|p7s)$/i.test(path)),
    certificates: paths.filter((path) => /^[^/]+\.(cert|crt|cer|pem)$/i.test(path)),
  };
}

/** What makes an archive with a package inside one that cannot be told from a trick. */
export function checkOuter(entries: readonly CsarEntry[], outer: OuterArchive): readonly Finding[] {
  const { inner, signatures, certificates } = outer;
  const known = new Set([inner, ...signatures, ...certificates]);
  const at = { file: inner };
  const extra = entries.filter(({ path }) => !known.has(path)).map(({ path }) => path);
  return [
    ...(extra.length === 0
      ? []
      : [
          found(
            'CSAR-NESTED',
            at,
            `Beside the package \`${inner}\` the archive holds ${extra.slice(0, 5).join(', ')}.`,
          ),
        ]),
    ...(signatures.length > 1
      ? [found('CSAR-NESTED', at, `There are ${signatures.length} signatures: ${signatures.slice(0, 5).join(', ')}.`)]
      : []),
    ...(signatures.length === 0
      ? [found('CSAR-NESTED', at, `The package \`${inner}\` lies in another archive without a signature.`)]
      : []),
  ];
}

export async function verifyOuter(
  archive: CsarArchive,
  { inner, signatures, certificates }: OuterArchive,
  verify: SignatureVerifier,
): Promise<SignatureVerdict & { readonly file: string }> {
  const [file = ''] = signatures;
  const verdict = await verify({
    cms: await archive.head(file, maxCmsBytes + 1),
    certificates: await Promise.all(certificates.map((path) => archive.head(path, maxCmsBytes))),
    content: [() => archive.stream(inner)],
  });
  const places = [...(verdict.carriesCertificate ? ['the CMS'] : []), ...certificates];
  if (places.length < 2) return { ...verdict, file };
  const message = `The certificate of the signer is in ${places.join(' and in ')}.`;
  return { ...verdict, faults: [{ code: 'SIG-CERTIFICATE-TWICE', message }, ...verdict.faults], file };
}
