/**
 * What the package reader is given, and what it may ask for: digests and image heads cost reading gigabytes, so the
 * reader names the ones it needs and is called again with them.
 */
import type { SignatureInput, SignatureWish } from './signatures.js';
import type { BuiltInTypes, SchemaCheck } from '../tosca/vocabulary.js';

export interface PackageEntry {
  readonly path: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface PackageInput {
  /** All files of the archive; no folders. */
  readonly entries: readonly PackageEntry[];
  /** Folders that have an entry of their own, empty ones too. */
  readonly folders: readonly string[];
  /** Text of YAML files, TOSCA.meta and manifests, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Digests beyond SHA-256 by `digestKey`, lower-case hex. */
  readonly digests: ReadonlyMap<string, string>;
  /** First bytes (`diskHeadBytes`) of software images, by path. */
  readonly heads: ReadonlyMap<string, Uint8Array>;
  /** Text of SBOMs, by path; undefined: it is no UTF-8. */
  readonly sboms?: ReadonlyMap<string, string | undefined>;
  readonly builtInTypes: BuiltInTypes;
  readonly schemaCheck: SchemaCheck;
  /** Absent: signatures are not looked at. */
  readonly signatures?: SignatureInput;
}

/** `sha-512` and the like, as the VNFD and manifests name them in lower case. */
export type DigestAlgorithm = 'sha-224' | 'sha-256' | 'sha-384' | 'sha-512';

export interface Wanted {
  readonly digests: readonly { readonly path: string; readonly algorithm: DigestAlgorithm }[];
  readonly heads: readonly string[];
  /** Signatures to verify. */
  readonly signatures?: readonly SignatureWish[];
  /** SBOMs to read, once the package is known to be good. */
  readonly sboms?: readonly string[];
}

export const digestKey = (path: string, algorithm: DigestAlgorithm): string => `${algorithm} ${path}`;

const algorithms: readonly DigestAlgorithm[] = ['sha-224', 'sha-256', 'sha-384', 'sha-512'];

export const asAlgorithm = (name: string): DigestAlgorithm | undefined => algorithms.find((each) => each === name);

/** The digest of a file where it is known; undefined means: ask for it. */
export const knownDigest = (
  input: PackageInput,
  entry: PackageEntry,
  algorithm: DigestAlgorithm,
): string | undefined => (algorithm === 'sha-256' ? entry.sha256 : input.digests.get(digestKey(entry.path, algorithm)));
