/**
 * Algorithms that a signature may use: SHA-2 with RSA (PKCS #1 v1.5 or PSS) or ECDSA on the NIST curves. Everything else
 * is refused by name, SHA-1 and MD5 included.
 */
import { constants, type KeyObject } from 'node:crypto';
import { RSASSAPSSParams, type AlgorithmIdentifier } from 'pkijs';

/** Node's names. */
export type HashName = 'sha256' | 'sha384' | 'sha512';

const hashes: ReadonlyMap<string, HashName> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

interface Scheme {
  readonly key: 'rsa' | 'ec';
  /** Absent: the digest algorithm of the signer says. */
  readonly hash?: HashName;
  readonly pss?: true;
}

const schemes: ReadonlyMap<string, Scheme> = new Map<string, Scheme>([
  ['1.2.840.113549.1.1.1', { key: 'rsa' }],
  ['1.2.840.113549.1.1.10', { key: 'rsa', pss: true }],
  ['1.2.840.113549.1.1.11', { key: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { key: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { key: 'rsa', hash: 'sha512' }],
  ['1.2.840.10045.4.3.2', { key: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { key: 'ec', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { key: 'ec', hash: 'sha512' }],
]);

export interface SignatureScheme {
  readonly key: 'rsa' | 'ec';
  readonly hash: HashName;
  /** What node:crypto wants beside the key. */
  readonly options: { readonly padding?: number; readonly saltLength?: number };
}

export const hashOf = ({ algorithmId }: AlgorithmIdentifier): HashName | undefined => hashes.get(algorithmId);

/** Undefined for an algorithm that is not accepted; `digest` is the digest algorithm beside it, if there is one. */
export function schemeOf(algorithm: AlgorithmIdentifier, digest?: HashName): SignatureScheme | undefined {
  const scheme = schemes.get(algorithm.algorithmId);
  if (scheme === undefined) return undefined;
  if (scheme.pss === true) return pssOf(algorithm);
  const hash = scheme.hash ?? digest;
  return hash === undefined ? undefined : { key: scheme.key, hash, options: {} };
}

/** Without parameters PSS means SHA-1 (RFC 4055), which is refused. */
function pssOf({ algorithmParams }: AlgorithmIdentifier): SignatureScheme | undefined {
  const { hashAlgorithm, saltLength } = new RSASSAPSSParams({ schema: algorithmParams });
  const hash = hashOf(hashAlgorithm);
  if (hash === undefined) return undefined;
  return { key: 'rsa', hash, options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength } };
}

const curves: readonly string[] = ['prime256v1', 'secp384r1', 'secp521r1'];

/** Why a key is not accepted; undefined when it is. */
export function weakness(key: KeyObject): string | undefined {
  const { modulusLength = 0, namedCurve = 'unknown' } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return modulusLength < 2048 ? `an RSA key of ${modulusLength} bits` : undefined;
    case 'ec':
      return curves.includes(namedCurve) ? undefined : `a key on the curve ${namedCurve}`;
    default:
      return `a key of the kind ${key.asymmetricKeyType ?? 'unknown'}`;
  }
}
