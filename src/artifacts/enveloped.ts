/**
 * Artifacts that are encrypted as CMS enveloped data (SOL004 clause 4.3.5): Berth has no key for them.
 */
import { found } from '../package/finding-codes.js';
import type { Finding } from '../shared/finding.js';
import type { CsarArchive } from './open-csar.js';
import { derOf } from './signatures/pem.js';

/** id-envelopedData, id-encryptedData and id-ct-authEnvelopedData (RFC 5652, RFC 5083), as DER has them. */
const contentTypes = ['06092a864886f70d010703', '06092a864886f70d010706', '060b2a864886f70d0109100117'];

/** The type stands behind the tag and length of the outermost SEQUENCE. */
const headBytes = 128;
const typeWithin = 24;

export async function findEnveloped(archive: CsarArchive): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { path } of archive.entries) {
    if (!isEnveloped(await archive.head(path, headBytes))) continue;
    findings.push(found('PKG-ENCRYPTED', { file: path }, `\`${path}\` is encrypted (CMS enveloped data).`));
  }
  return findings;
}

export function isEnveloped(head: Uint8Array): boolean {
  const start = Buffer.from(derStart(head)).subarray(0, typeWithin).toString('hex');
  return start.startsWith('30') && contentTypes.some((type) => start.includes(type));
}

/** The end of a PEM block lies beyond the head: it is put there. */
function derStart(head: Uint8Array): Uint8Array {
  const text = Buffer.from(head).toString('latin1');
  const label = /^-----BEGIN (CMS|PKCS7)-----/.exec(text)?.[1];
  if (label === undefined) return head;
  const closed = Buffer.from(`${text}\n-----END ${label}-----`, 'latin1');
  return derOf(closed, ['CMS', 'PKCS7'])[0] ?? head;
}
