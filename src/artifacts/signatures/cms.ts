/**
 * A detached CMS signature (RFC 5652) as an object: who signed, by which algorithm, which attributes.
 */
import { ObjectIdentifier, OctetString } from 'asn1js';
import {
  Certificate,
  ContentInfo,
  IssuerAndSerialNumber,
  SignedData,
  id_ContentType_SignedData,
  id_SubjectKeyIdentifier,
  type AlgorithmIdentifier,
  type SignerInfo,
} from 'pkijs';
import { hexOf, nameText } from './certificates.js';
import { derOf } from './pem.js';

export interface CmsSigner {
  readonly digestAlgorithm: AlgorithmIdentifier;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** Absent when the signature is over the content itself. */
  readonly attributes?: {
    /** What is signed: DER of the attributes as a SET. */
    readonly der: Uint8Array;
    readonly messageDigest: Uint8Array;
  };
  /** By which name the signature knows its signer: issuer and serial number, or a key identifier, in hexadecimal. */
  readonly name: string;
  /** Whether the signer says that this is its certificate. */
  matches(certificate: Certificate): boolean;
}

export interface DetachedCms {
  readonly signers: readonly CmsSigner[];
  readonly certificates: readonly Certificate[];
}

/** Throws an Error that says what is wrong. */
export function readCms(content: Uint8Array): DetachedCms {
  const blocks = derOf(content, ['CMS', 'PKCS7']);
  const [der] = blocks;
  if (der === undefined || blocks.length > 1) throw new Error(`there are ${blocks.length} CMS blocks in it, not one`);
  const info = ContentInfo.fromBER(der);
  if (info.contentType !== id_ContentType_SignedData) throw new Error(`its content type is ${info.contentType}`);
  const signed = new SignedData({ schema: info.content as unknown });
  if (signed.encapContentInfo.eContent !== undefined)
    throw new Error('it is not detached: it holds content of its own');
  if (signed.signerInfos.length === 0) throw new Error('it has no signer');
  return {
    signers: signed.signerInfos.map((signer) => signerOf(signer, signed.encapContentInfo.eContentType)),
    certificates: (signed.certificates ?? []).filter((each) => each instanceof Certificate),
  };
}

function signerOf(info: SignerInfo, contentType: string): CmsSigner {
  const { digestAlgorithm, signatureAlgorithm, signature, signedAttrs } = info;
  return {
    digestAlgorithm,
    signatureAlgorithm,
    signature: Uint8Array.from(signature.valueBlock.valueHexView),
    ...(signedAttrs === undefined ? {} : { attributes: attributesOf(info, contentType) }),
    name: nameOf(info),
    matches: (certificate) => isOf(info, certificate),
  };
}

export const contentTypeId = '1.2.840.113549.1.9.3';
export const messageDigestId = '1.2.840.113549.1.9.4';

/** Both attributes are there once and say what they must (RFC 5652 clauses 5.3, 11). */
function attributesOf({ signedAttrs }: SignerInfo, contentType: string) {
  const type = onlyValue(signedAttrs, contentTypeId);
  const digest = onlyValue(signedAttrs, messageDigestId);
  if (!(type instanceof ObjectIdentifier) || type.valueBlock.toString() !== contentType) {
    throw new Error('its signed attributes do not say the type of the content');
  }
  if (!(digest instanceof OctetString)) throw new Error('its signed attributes have no digest of the content');
  return {
    der: new Uint8Array(signedAttrs?.encodedValue ?? new ArrayBuffer(0)),
    messageDigest: Uint8Array.from(digest.valueBlock.valueHexView),
  };
}

function onlyValue(attributes: SignerInfo['signedAttrs'], id: string): unknown {
  const values = (attributes?.attributes ?? [])
    .filter(({ type }) => type === id)
    .flatMap((each) => each.values as unknown[]);
  return values.length === 1 ? values[0] : undefined;
}

function isOf({ sid }: SignerInfo, certificate: Certificate): boolean {
  if (sid instanceof IssuerAndSerialNumber) {
    return certificate.issuer.isEqual(sid.issuer) && certificate.serialNumber.isEqual(sid.serialNumber);
  }
  const wanted = keyIdentifier(sid);
  const extension = certificate.extensions?.find(({ extnID }) => extnID === id_SubjectKeyIdentifier);
  const actual = keyIdentifier(extension?.parsedValue);
  return wanted !== undefined && actual !== undefined && wanted.equals(actual);
}

function nameOf({ sid }: SignerInfo): string {
  if (sid instanceof IssuerAndSerialNumber)
    return `number ${hexOf(sid.serialNumber.valueBlock.valueHexView)} of the issuer ${nameText(sid.issuer)}`;
  return `the key ${keyIdentifier(sid)?.toString('hex').slice(0, 64) ?? '?'}`;
}

function keyIdentifier(value: unknown): Buffer | undefined {
  const { valueBlock } = (value ?? {}) as { readonly valueBlock?: { readonly valueHexView?: Uint8Array } };
  return valueBlock?.valueHexView === undefined ? undefined : Buffer.from(valueBlock.valueHexView);
}
