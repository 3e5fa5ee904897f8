/**
 * X.509 certificates and revocation lists (RFC 5280) out of PEM or DER.
 */
import { Certificate, CertificateRevocationList } from 'pkijs';
import { derOf } from './pem.js';

/** Throws when a block is no certificate. */
export const readCertificates = (content: Uint8Array): readonly Certificate[] =>
  derOf(content, ['CERTIFICATE']).map((der) => Certificate.fromBER(der));

/** Throws when a block is no revocation list. */
export const readRevocationLists = (content: Uint8Array): readonly CertificateRevocationList[] =>
  derOf(content, ['X509 CRL']).map((der) => CertificateRevocationList.fromBER(der));

export const derOfCertificate = (certificate: Certificate): Buffer => Buffer.from(certificate.toSchema().toBER());

export const isSame = (one: Certificate, other: Certificate): boolean =>
  Buffer.from(one.tbsView).equals(Buffer.from(other.tbsView));

const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
};

/** As people name it: `CN=Signer, O=Example`. */
export function subjectOf({ subject }: Certificate): string {
  const parts = subject.typesAndValues.map(({ type, value }) => {
    const { value: text } = value.valueBlock as { readonly value?: unknown };
    return `${shortNames[type] ?? type}=${typeof text === 'string' ? text.slice(0, 100) : '?'}`;
  });
  return parts.join(', ') || 'a certificate without a subject';
}

const keyUsageId = '2.5.29.15';

/** digitalSignature or nonRepudiation (RFC 5280 clause 4.2.1.3); a certificate that says nothing may sign. */
export function maySign({ extensions }: Certificate): boolean {
  const usage = extensions?.find(({ extnID }) => extnID === keyUsageId);
  if (usage === undefined) return true;
  const { valueBlock } = usage.parsedValue as { readonly valueBlock?: { readonly valueHexView?: Uint8Array } };
  return ((valueBlock?.valueHexView?.[0] ?? 0) & 0xc0) !== 0;
}
