/**
 * Digests of the manifest and TOSCA.meta against the files (SOL004 clauses 4.3.2, 5.1).
 */
import { normalAlgorithm } from '../vnfd/read-image.js';
import { isUri, normalisePath } from '../shared/package-path.js';
import type { Finding, Place } from '../shared/finding.js';
import type { DigestEntry, FileMention } from './digest-entry.js';
import { found } from './finding-codes.js';
import { knownDigest, type DigestAlgorithm, type PackageEntry, type PackageInput, type Wanted } from './input.js';

export interface DigestCheck {
  readonly findings: readonly Finding[];
  readonly wanted: Wanted['digests'];
}

export function checkDigests(input: PackageInput, digests: readonly DigestEntry[]): DigestCheck {
  const entries = new Map(input.entries.map((entry) => [entry.path, entry]));
  const checks = digests.map((digest) => checkDigest(input, entries, digest));
  return {
    findings: checks.flatMap(({ findings }) => findings),
    wanted: checks.flatMap(({ wanted }) => wanted),
  };
}

/** What is named without a digest is there as well: a file, or a folder with all that is in it. */
export function checkMentions(input: PackageInput, mentions: readonly FileMention[]): readonly Finding[] {
  const places = new Set([...input.folders, ...input.entries.flatMap(({ path }) => [path, ...foldersAbove(path)])]);
  return mentions.flatMap(({ path, at }) => {
    if (isUri(path)) return [remote(path, at)];
    return places.has(normalisePath(path) ?? '') ? [] : [missing(path, at)];
  });
}

/** `a/b/c` -> `a/b`, `a`. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

const remote = (path: string, at: Place): Finding => found('DIGEST-SOURCE-REMOTE', at, `\`${path}\` is a URI.`);
const missing = (path: string, at: Place): Finding =>
  found('DIGEST-SOURCE-MISSING', at, `The package has no file \`${path}\`.`);

/** SOL004 clause 5.3 allows these two. */
const allowed: Readonly<Record<string, DigestAlgorithm>> = { 'sha-256': 'sha-256', 'sha-512': 'sha-512' };

const hexDigits: Readonly<Record<DigestAlgorithm, number>> = {
  'sha-224': 56,
  'sha-256': 64,
  'sha-384': 96,
  'sha-512': 128,
};

function checkDigest(
  input: PackageInput,
  entries: ReadonlyMap<string, PackageEntry>,
  digest: DigestEntry,
): DigestCheck {
  const { path, at } = digest;
  if (isUri(path)) return only(remote(path, at));
  const entry = entries.get(normalisePath(path) ?? '');
  const algorithm = allowed[normalAlgorithm(digest.algorithm)];
  const malformed = checkForm(digest, algorithm);
  if (entry === undefined) {
    return { findings: [missing(path, at), ...malformed], wanted: [] };
  }
  if (algorithm === undefined || malformed.length > 0) return { findings: malformed, wanted: [] };
  const actual = knownDigest(input, entry, algorithm);
  if (actual === undefined) return { findings: [], wanted: [{ path: entry.path, algorithm }] };
  if (actual === digest.hash) return { findings: [], wanted: [] };
  return only(found('DIGEST-MISMATCH', at, `\`${path}\` has the ${algorithm} digest ${actual}.`));
}

/** What is wrong with a digest whatever the file holds. */
function checkForm(
  { path, algorithm: written, hash, at }: DigestEntry,
  algorithm: DigestAlgorithm | undefined,
): readonly Finding[] {
  if (algorithm === undefined)
    return [found('DIGEST-ALGORITHM', at, `The algorithm of \`${path}\` is \`${written}\`.`)];
  const digits = hexDigits[algorithm];
  if (/^[0-9a-f]*$/.test(hash) && hash.length === digits) return [];
  const message = `The ${algorithm} hash of \`${path}\` has ${hash.length} characters; it has ${digits} hexadecimal digits.`;
  return [found('DIGEST-HASH-FORM', at, message)];
}

const only = (finding: Finding): DigestCheck => ({ findings: [finding], wanted: [] });

/** Files that a manifest with digests leaves out; itself, TOSCA.meta and the certificate cannot or need not be in. */
export function checkListed(
  paths: Iterable<string>,
  digests: readonly DigestEntry[],
  exempt: ReadonlySet<string>,
  manifestPath: string,
): readonly Finding[] {
  if (digests.length === 0) return [];
  const listed = new Set(digests.map(({ path }) => normalisePath(path)));
  return [...paths]
    .filter((path) => !listed.has(path) && !exempt.has(path))
    .map((path) => found('MF-UNLISTED', { file: manifestPath }, `\`${path}\` has no digest in the manifest.`));
}
