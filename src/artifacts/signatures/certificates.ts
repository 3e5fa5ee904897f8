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
export const subjectOf = ({ subject }: Certificate): string => nameText(subject) || 'a certificate without a subject';

/** Hexadecimal, as `openssl x509 -serial` prints it. */
export const serialOf = ({ serialNumber }: Certificate): string => hexOf(serialNumber.valueBlock.valueHexView);

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').slice(0, 64).toUpperCase();

export function nameText({ typesAndValues }: Certificate['subject']): string {
  const parts = typesAndValues.map(({ type, value }) => {
    const { value: text } = value.valueBlock as { readonly value?: unknown };
    return `${shortNames[type] ?? type}=${typeof text === 'string' ? text.slice(0, 100) : '?'}`;
  });
  return parts.join(', ');
}

/** Whether its key may sign packages; a certificate that says nothing of it may. */
export const maySign = (certificate: Certificate): boolean =>
  hasUsageOfSigner(certificate) && hasPurposeOfSigner(certificate);

const keyUsageId = '2.5.29.15';

/** digitalSignature or nonRepudiation (RFC 5280 clause 4.2.1.3). */
function hasUsageOfSigner({ extensions }: Certificate): boolean {
  const usage = extensions?.find(({ extnID }) => extnID === keyUsageId);
  if (usage === undefined) return true;
  const { valueBlock } = usage.parsedValue as { readonly valueBlock?: { readonly valueHexView?: Uint8Array } };
  return ((valueBlock?.valueHexView?.[0] ?? 0) & 0xc0) !== 0;
}

const extendedKeyUsageId = '2.5.29.37';

/** Any, code signing, e-mail protection (what CMS was made for), document signing (RFC 9336). */
const purposesOfSigners: readonly string[] = [
  '2.5.29.37.0',
  '1.3.6.1.5.5.7.3.3',
  '1.3.6.1.5.5.7.3.4',
  '1.3.6.1.5.5.7.3.36',
];

/** The key is for nothing but the purposes named (RFC 5280 clause 4.2.1.12): one of a TLS server signs no packages. */
function hasPurposeOfSigner({ extensions }: Certificate): boolean {
  const purposes = extensions?.find(({ extnID }) => extnID === extendedKeyUsageId);
  if (purposes === undefined) return true;
  const { keyPurposes = [] } = (purposes.parsedValue ?? {}) as { readonly keyPurposes?: readonly string[] };
  return keyPurposes.some((purpose) => purposesOfSigners.includes(purpose));
}
