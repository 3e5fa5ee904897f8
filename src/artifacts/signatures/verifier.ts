/**
 * Judges one detached CMS signature with the certificates that came with it, the trust store and the time (SOL004
 * clause 5). Says all that is wrong; never throws for what a package holds.
 */
import type { Certificate } from 'pkijs';
import type { SignatureVerdict } from '../../package/signatures.js';
import type { Clock } from '../../shared/clock.js';
import { errorText } from '../../shared/error-text.js';
import { certificatePem, maxCmsBytes } from './pem.js';
import { derOfCertificate, maySign, readCertificates, serialOf, subjectOf } from './certificates.js';
import { checkChain } from './chain.js';
import { readCms, type CmsSigner, type DetachedCms } from './cms.js';
import { checkContent, type OpenContent } from './content.js';
import { loadTrust, type Trust, type TrustPaths } from './trust-store.js';

type Fault = SignatureVerdict['faults'][number];

export interface SignedContent {
  /** PEM or DER. */
  readonly cms: Uint8Array;
  /** Files that came with it and may hold the signer's certificate. */
  readonly certificates: readonly Uint8Array[];
  /** Forms of the content of which one is to be the signed one: vendors differ in line ends. */
  readonly content: readonly OpenContent[];
}

export type SignatureVerifier = (signed: SignedContent) => Promise<SignatureVerdict>;

export const createSignatureVerifier =
  (paths: TrustPaths, clock: Pick<Clock, 'now'>): SignatureVerifier =>
  async (signed) => {
    const trust = await loadTrust(paths);
    const parts = readParts(signed);
    if ('fault' in parts) return { faults: [parts.fault], carriesCertificate: false };
    return judge(parts, signed.content, trust, clock.now());
  };

interface Parts {
  readonly cms: DetachedCms;
  /** Certificates beside the CMS. */
  readonly beside: readonly Certificate[];
}

function readParts({ cms, certificates }: SignedContent): Parts | { readonly fault: Fault } {
  try {
    if (cms.length > maxCmsBytes) throw new Error(`it has more than ${maxCmsBytes} bytes`);
    return { cms: readCms(cms), beside: certificates.flatMap(readCertificates) };
  } catch (error) {
    return { fault: malformed(error) };
  }
}

const malformed = (error: unknown): Fault => ({
  code: 'SIG-MALFORMED',
  message: `The signature or its certificate cannot be read: ${errorText(error).slice(0, 200)}.`,
});

async function judge(
  parts: Parts,
  content: readonly OpenContent[],
  trust: Trust,
  atMs: number,
): Promise<SignatureVerdict> {
  const faults: Fault[] = [];
  const certificates: Certificate[] = [];
  for (const signer of parts.cms.signers) {
    const certificate = certificateOf(signer, parts);
    if (certificate === undefined) {
      faults.push(withoutCertificate(signer, parts));
      continue;
    }
    certificates.push(certificate);
    faults.push(...(await judgeSigner(signer, certificate, parts, content, { trust, atMs })));
  }
  const [first] = certificates;
  return {
    faults,
    carriesCertificate: parts.cms.signers.some((signer) => parts.cms.certificates.some((each) => signer.matches(each))),
    ...(first === undefined ? {} : { certificate: certificatePem(derOfCertificate(first)) }),
  };
}

/** None at all, or only some of others: then their author took the wrong one. */
function withoutCertificate(signer: CmsSigner, { cms, beside }: Parts): Fault {
  const others = [...beside, ...cms.certificates].map((each) => `${subjectOf(each)} (serial ${serialOf(each)})`);
  if (others.length === 0)
    return { code: 'SIG-CERTIFICATE-MISSING', message: 'There is no certificate of the signer.' };
  const [shown, more] = [others.slice(0, 3).join('; '), others.length > 3 ? ` and ${others.length - 3} more` : ''];
  const message = `The signer is ${signer.name}; the certificate that is there is that of ${shown}${more}.`;
  return { code: 'SIG-CERTIFICATE-OTHER', message };
}

/** The certificate that the signature names; one that it does not name but stands beside it is what it should be. */
function certificateOf(signer: CmsSigner, { cms, beside }: Parts): Certificate | undefined {
  return [...cms.certificates, ...beside].find((each) => signer.matches(each));
}

async function judgeSigner(
  signer: CmsSigner,
  certificate: Certificate,
  { cms, beside }: Parts,
  content: readonly OpenContent[],
  { trust, atMs }: { readonly trust: Trust; readonly atMs: number },
): Promise<readonly Fault[]> {
  try {
    const usage = maySign(certificate)
      ? []
      : [{ code: 'SIG-KEY-USAGE', message: `The key of ${subjectOf(certificate)} is not for signatures.` } as const];
    return [
      ...(await checkForms(signer, certificate, content)),
      ...usage,
      ...(await checkChain(certificate, [...cms.certificates, ...beside], trust, atMs)),
    ];
  } catch (error) {
    if (isOfTheSystem(error)) throw error;
    return [malformed(error)];
  }
}

/** A disk that fails is no fault of the package. */
const isOfTheSystem = (error: unknown): boolean => typeof error === 'object' && error !== null && 'syscall' in error;

/** Good if one form of the content is; otherwise what is wrong with the first. */
async function checkForms(
  signer: CmsSigner,
  certificate: Certificate,
  content: readonly OpenContent[],
): Promise<readonly Fault[]> {
  let first: readonly Fault[] | undefined;
  for (const open of content) {
    const faults = await checkContent(signer, certificate, open);
    if (faults.length === 0) return faults;
    first ??= faults;
  }
  return first ?? [];
}
