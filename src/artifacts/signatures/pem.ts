/**
 * PEM blocks (RFC 7468) to DER and back. What has no block may be DER itself.
 */
export type PemLabel = 'CMS' | 'PKCS7' | 'CERTIFICATE' | 'X509 CRL';

const block = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g;

/** DER of every block of one of the labels; of the whole when it is DER. */
export function derOf(content: Uint8Array, labels: readonly PemLabel[]): readonly Uint8Array<ArrayBuffer>[] {
  const bytes = Buffer.from(content);
  if (bytes[0] === derSequence) return [copy(bytes)];
  return [...bytes.toString('latin1').matchAll(block)]
    .filter(([, label]) => labels.some((wanted) => wanted === label))
    .map(([, , text = '']) => copy(Buffer.from(text, 'base64')));
}

/** Every certificate, CMS and revocation list is a SEQUENCE. */
const derSequence = 0x30;

/** With a buffer of its own: the ASN.1 reader takes the whole buffer behind a view. */
const copy = (bytes: Buffer): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);

export const certificatePem = (der: Uint8Array): string => pemOf('CERTIFICATE', der);

export function pemOf(label: PemLabel, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** Bytes of a CMS that are read; the largest real ones hold a chain of certificates. */
export const maxCmsBytes = 256 * 1024;
