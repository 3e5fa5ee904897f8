/**
 * The signatures of a package (SOL004 clause 5): of the manifest (option 1), of single files, and whether what is signed
 * covers the package. Certificates stand in exactly one place.
 */
import { defined } from '../shared/defined.js';
import { normalisePath } from '../shared/package-path.js';
import type { Finding, Place } from '../shared/finding.js';
import type { FileSignature } from './digest-entry.js';
import { found, type PackageCode } from './finding-codes.js';
import type { PackageInput } from './input.js';
import type { Layout } from './layout.js';
import type { Manifest } from './manifest.js';
import { certificatePaths, signatureFiles } from './security-files.js';
import { signatureKey, type SignatureInput, type SignaturePolicy, type SignatureWish } from './signatures.js';

export interface SignatureCheck {
  readonly findings: readonly Finding[];
  readonly wanted: readonly SignatureWish[];
  /** Of the signer of the manifest or of the archive, PEM. */
  readonly certificate?: string;
}

export function checkSignatures(input: PackageInput, layout: Layout, manifest: Manifest | undefined): SignatureCheck {
  if (input.signatures === undefined) return { findings: unchecked(manifest), wanted: [] };
  const paths = new Set(input.entries.map(({ path }) => path));
  const parts = [
    checkOuter(input.signatures),
    checkManifest(input.signatures, manifest, certificatePaths(layout, paths)),
    ...(manifest?.signatures ?? []).map((one) =>
      checkFile(input.signatures, one, paths, certificatePaths(layout, paths)),
    ),
    { findings: isSigned(input.signatures, manifest) ? [] : [notSigned(manifest)], wanted: [] },
    { findings: uncovered(paths, input.signatures, layout, manifest), wanted: [] },
  ];
  const certificate = parts.find((part) => part.certificate !== undefined)?.certificate;
  return {
    findings: underPolicy(
      parts.flatMap(({ findings }) => findings),
      input.signatures.policy,
    ),
    wanted: parts.flatMap(({ wanted }) => wanted),
    ...defined({ certificate }),
  };
}

/** Where signatures are not required, what is wrong with them is a warning. */
export const underPolicy = (findings: readonly Finding[], policy: SignaturePolicy): readonly Finding[] =>
  policy === 'require' ? findings : findings.map((finding) => ({ ...finding, severity: 'warning' }));

/** What a manifest that vouches for a package owes: without it, where signatures are required, the package is refused. */
const owed: ReadonlySet<string> = new Set<PackageCode>(['MF-MISSING', 'MF-UNLISTED', 'MF-METADATA-MISSING']);

export const owedUnderPolicy = (
  findings: readonly Finding[],
  policy: SignaturePolicy | undefined,
): readonly Finding[] =>
  policy === 'require'
    ? findings.map((finding) => (owed.has(finding.code) ? { ...finding, severity: 'error' } : finding))
    : findings;

const isSigned = (signatures: SignatureInput, manifest: Manifest | undefined): boolean =>
  signatures.outer !== undefined || manifest?.signed === true;

const unchecked = (manifest: Manifest | undefined): readonly Finding[] =>
  manifest?.signed === true
    ? [found('MF-SIGNATURE-UNCHECKED', { file: manifest.path }, 'The signature was not verified.')]
    : [];

const notSigned = (manifest: Manifest | undefined): Finding =>
  found('SIG-NONE', { file: manifest?.path ?? '' }, 'Neither the manifest nor the archive is signed.');

function checkOuter({ outer }: SignatureInput): SignatureCheck {
  if (outer === undefined) return { findings: [], wanted: [] };
  return {
    findings: outer.faults.map(({ code, message }) => found(code, { file: outer.file }, message)),
    wanted: [],
    ...defined({ certificate: outer.certificate }),
  };
}

function checkManifest(
  signatures: SignatureInput,
  manifest: Manifest | undefined,
  certificates: readonly string[],
): SignatureCheck {
  if (manifest?.signed !== true) return { findings: [], wanted: [] };
  const { path } = manifest;
  const at: Place = { file: path, ...defined({ line: manifest.signedAt }) };
  return judge(signatures, { signaturePath: path, contentPath: path, certificatePaths: certificates }, at);
}

function checkFile(
  signatures: SignatureInput | undefined,
  { path, signature, certificate, at }: FileSignature,
  paths: ReadonlySet<string>,
  common: readonly string[],
): SignatureCheck {
  const contentPath = normalisePath(path) ?? '';
  const signaturePath = normalisePath(signature) ?? '';
  const certificatePath = certificate === undefined ? undefined : (normalisePath(certificate) ?? '');
  const missing = [contentPath, signaturePath, certificatePath ?? contentPath].filter((each) => !paths.has(each));
  const [first] = missing;
  if (first !== undefined || signatures === undefined) {
    const message = `\`${path}\` is signed in \`${signature}\`; the package has no file \`${first ?? ''}\`.`;
    return { findings: [found('SIG-FILE-MISSING', at, message)], wanted: [] };
  }
  // Without one of its own, its CMS may hold the certificate, and else the package's is meant (SOL004 clause 5.3).
  const certificates = certificatePath === undefined ? common : [certificatePath];
  const wish = { signaturePath, contentPath, certificatePaths: certificates };
  const { findings, wanted } = judge(signatures, wish, at, certificatePath === undefined ? [] : certificates);
  return { findings, wanted };
}

/** Asks for the verdict, or says what it is; `own` are files that hold the certificate of this signature only. */
function judge(
  signatures: SignatureInput,
  wish: SignatureWish,
  at: Place,
  own: readonly string[] = wish.certificatePaths,
): SignatureCheck {
  const verdict = signatures.verdicts.get(signatureKey(wish));
  if (verdict === undefined) return { findings: [], wanted: [wish] };
  const places = [...(verdict.carriesCertificate ? ['the CMS'] : []), ...own];
  const twice = `The certificate of the signer is in ${places.join(' and in ')}.`;
  return {
    findings: [
      ...(places.length > 1 ? [found('SIG-CERTIFICATE-TWICE', at, twice)] : []),
      ...verdict.faults.map(({ code, message }) => found(code, at, message)),
    ],
    wanted: [],
    ...defined({ certificate: verdict.certificate }),
  };
}

/** A signed manifest vouches for what it gives a digest of, and for nothing else. */
function uncovered(
  paths: ReadonlySet<string>,
  { outer }: SignatureInput,
  layout: Layout,
  manifest: Manifest | undefined,
): readonly Finding[] {
  if (manifest?.signed !== true || outer !== undefined) return [];
  const covered = new Set([
    manifest.path,
    ...signatureFiles(layout, manifest, paths),
    ...manifest.digests.map(({ path }) => normalisePath(path)),
  ]);
  return [...paths]
    .filter((path) => !covered.has(path))
    .map((path) => found('SIG-UNCOVERED', { file: path }, `The signed manifest has no digest of \`${path}\`.`));
}
