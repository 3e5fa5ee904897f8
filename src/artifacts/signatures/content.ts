/**
 * One signer against the content, read once as a stream: does the digest hold, and was it signed by that key? All
 * cryptography is node:crypto's.
 */
import { X509Certificate, createHash, createVerify, verify, type KeyObject } from 'node:crypto';
import type { Certificate } from 'pkijs';
import type { SignatureVerdict } from '../../package/signatures.js';
import { hashOf, schemeOf, weakness, type HashName, type SignatureScheme } from './algorithms.js';
import { derOfCertificate, subjectOf } from './certificates.js';
import type { CmsSigner } from './cms.js';

type Fault = SignatureVerdict['faults'][number];

/** Starts reading; called once per signer. */
export type OpenContent = () => AsyncIterable<Uint8Array>;

export async function checkContent(
  signer: CmsSigner,
  certificate: Certificate,
  open: OpenContent,
): Promise<readonly Fault[]> {
  const digest = hashOf(signer.digestAlgorithm);
  const scheme = schemeOf(signer.signatureAlgorithm, digest);
  if (digest === undefined || scheme === undefined) {
    const { algorithmId } = digest === undefined ? signer.digestAlgorithm : signer.signatureAlgorithm;
    return [{ code: 'SIG-ALGORITHM', message: `The signature has the algorithm ${algorithmId}.` }];
  }
  const key = new X509Certificate(derOfCertificate(certificate)).publicKey;
  const weak = weakness(key);
  if (weak !== undefined) return [{ code: 'SIG-ALGORITHM', message: `${subjectOf(certificate)} has ${weak}.` }];
  const invalid = { code: 'SIG-INVALID', message: `The signature is not one by the key of ${subjectOf(certificate)}.` };
  const { changed, signed } = await read(signer, { digest, scheme, key }, open);
  return [
    ...(changed ? [{ code: 'SIG-CONTENT-CHANGED', message: 'The content is not what was signed.' } as const] : []),
    ...(signed ? [] : [invalid as Fault]),
  ];
}

interface Means {
  readonly digest: HashName;
  readonly scheme: SignatureScheme;
  readonly key: KeyObject;
}

/** With signed attributes, the signature covers them and they cover the content (RFC 5652 clause 5.4). */
async function read(
  { attributes, signature }: CmsSigner,
  { digest, scheme, key }: Means,
  open: OpenContent,
): Promise<{ readonly changed: boolean; readonly signed: boolean }> {
  const withKey = { key, ...scheme.options };
  if (attributes === undefined) {
    const verifier = createVerify(scheme.hash);
    for await (const chunk of open()) verifier.update(chunk);
    return { changed: false, signed: isRightKind(key, scheme) && verifier.verify(withKey, signature) };
  }
  const hash = createHash(digest);
  for await (const chunk of open()) hash.update(chunk);
  return {
    changed: !hash.digest().equals(attributes.messageDigest),
    signed: isRightKind(key, scheme) && verify(scheme.hash, attributes.der, withKey, signature),
  };
}

const isRightKind = ({ asymmetricKeyType }: KeyObject, { key }: SignatureScheme): boolean =>
  key === 'ec' ? asymmetricKeyType === 'ec' : asymmetricKeyType === 'rsa' || asymmetricKeyType === 'rsa-pss';
