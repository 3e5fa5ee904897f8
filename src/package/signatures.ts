/**
 * What the package reader asks about signatures, and the answers (SOL004 clause 5). The reader says which signature
 * covers what; a verifier with a trust store says what is wrong with it.
 */
import type { PackageCode } from './finding-codes.js';

/** `require` refuses what is not well signed, `warn` only says so, `off` does not look. */
export type SignaturePolicy = 'require' | 'warn' | 'off';

/** One signature to verify. */
export interface SignatureWish {
  /** Where the CMS stands: the manifest itself (option 1), or a file of its own. */
  readonly signaturePath: string;
  /** The file that is signed; the manifest up to its CMS when it is the same as `signaturePath`. */
  readonly contentPath: string;
  /** Files that may hold the signer's certificate when the CMS does not. */
  readonly certificatePaths: readonly string[];
}

export interface SignatureVerdict {
  readonly faults: readonly { readonly code: PackageCode; readonly message: string }[];
  /** Whether the CMS itself holds the certificate of its signer. */
  readonly carriesCertificate: boolean;
  /** The signer's certificate, PEM; absent when there is none. */
  readonly certificate?: string;
}

export interface SignatureInput {
  readonly policy: 'require' | 'warn';
  /** The archive as a whole was signed (option 2), and what became of that. */
  readonly outer?: SignatureVerdict & { readonly file: string };
  /** By `signatureKey`. */
  readonly verdicts: ReadonlyMap<string, SignatureVerdict>;
}

export const signatureKey = ({ signaturePath, contentPath }: SignatureWish): string =>
  `${signaturePath} ${contentPath}`;
