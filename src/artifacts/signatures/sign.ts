/**
 * Makes detached CMS signatures (RFC 5652) of the kind that `verifier.ts` accepts: SHA-2 with RSA or ECDSA, the signer's
 * certificate and those above it inside. Without a signing time, so that an RSA key gives the same bytes for the same
 * content; ECDSA draws a number for each signature.
 */
import { createHash, createPrivateKey, X509Certificate, type KeyObject, type webcrypto } from 'node:crypto';
import { ObjectIdentifier, OctetString } from 'asn1js';
import {
  Attribute,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
  id_ContentType_Data,
  id_ContentType_SignedData,
  type Certificate,
} from 'pkijs';
import { weakness, type HashName } from './algorithms.js';
import { derOfCertificate, maySign, readCertificates, subjectOf } from './certificates.js';
import { contentTypeId, messageDigestId } from './cms.js';
import { pemOf } from './pem.js';
import { defined } from '../../shared/defined.js';

export interface SigningKey {
  /** PEM: PKCS #8 (encrypted or not), PKCS #1 or SEC 1. */
  readonly key: Uint8Array;
  /** For an encrypted key. */
  readonly passphrase?: string;
  /** PEM: the signer's certificate first, then those between it and its root. */
  readonly certificates: Uint8Array;
  readonly hash: HashName;
}

/** PEM of a detached CMS over the content, which is read once. */
export type CmsSigning = (content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => Promise<string>;

/** Throws an Error with one sentence about a key or certificate that cannot sign. */
export function createSigning({ key, passphrase, certificates, hash }: SigningKey): CmsSigning {
  const chain = readCertificates(certificates);
  const [signer] = chain;
  if (signer === undefined) throw new Error('the certificate file holds no certificate');
  const privateKey = openKey(key, passphrase);
  // A key for PSS alone verifies here, but Web Cryptography, on which pkijs signs, does not take it.
  const weak = privateKey.asymmetricKeyType === 'rsa-pss' ? 'a key for RSA-PSS alone' : weakness(privateKey);
  if (weak !== undefined) {
    throw new Error(`it is ${weak}; sign with RSA of 2048 bits or more, or with ECDSA on P-256, P-384 or P-521`);
  }
  if (!new X509Certificate(derOfCertificate(signer)).checkPrivateKey(privateKey)) {
    throw new Error(`it is not the key of ${subjectOf(signer)}, the first certificate of its file`);
  }
  if (!maySign(signer)) throw new Error(`the certificate ${subjectOf(signer)} says that its key is not for signatures`);
  const webKey = cryptoKey(privateKey, hash);
  return async (content) => {
    const digest = createHash(hash);
    for await (const chunk of content) digest.update(chunk);
    return pemOf('CMS', await detached(digest.digest(), chain, signer, webKey, hash));
  };
}

function openKey(key: Uint8Array, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(key), ...defined({ passphrase }) });
  } catch (error) {
    const why =
      passphrase === undefined ? 'it is no private key in PEM, or needs a passphrase' : 'not with this passphrase';
    throw new Error(`it cannot be opened: ${why}`, { cause: error });
  }
}

const webHashes: Readonly<Record<HashName, string>> = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' };
const webCurves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

/** The key as pkijs wants it. */
function cryptoKey(key: KeyObject, hash: HashName): webcrypto.CryptoKey {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType === 'ec') {
    const namedCurve = webCurves[asymmetricKeyDetails?.namedCurve ?? ''] ?? '';
    return key.toCryptoKey({ name: 'ECDSA', namedCurve }, false, ['sign']);
  }
  return key.toCryptoKey({ name: 'RSASSA-PKCS1-v1_5', hash: webHashes[hash] }, false, ['sign']);
}

/** DER. With signed attributes, the signature covers them and they cover the content (clause 5.4). */
async function detached(
  digest: Buffer,
  chain: readonly Certificate[],
  signer: Certificate,
  key: webcrypto.CryptoKey,
  hash: HashName,
): Promise<Uint8Array> {
  const attributes = [
    new Attribute({ type: contentTypeId, values: [new ObjectIdentifier({ value: id_ContentType_Data })] }),
    new Attribute({ type: messageDigestId, values: [new OctetString({ valueHex: Uint8Array.from(digest).buffer })] }),
  ];
  const signed = new SignedData({
    version: 1,
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: id_ContentType_Data }),
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({ issuer: signer.issuer, serialNumber: signer.serialNumber }),
        signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes }),
      }),
    ],
    certificates: [...chain],
  });
  await signed.sign(key, 0, webHashes[hash]);
  const info = new ContentInfo({ contentType: id_ContentType_SignedData, content: signed.toSchema(true) });
  return new Uint8Array(info.toSchema().toBER());
}
