/**
 * A manifest written (SOL004 clause 4.3.2): metadata, a digest of every file, sets of non-MANO artifacts. Whoever signs
 * appends a CMS over exactly these bytes.
 */
import type { FileSignature } from '../package/digest-entry.js';

export interface ManifestContents {
  /** By key, in the order in which they are to stand there. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly algorithm: 'sha-256' | 'sha-512';
  /** Lower-case hex by path, in order. */
  readonly digests: readonly (readonly [path: string, hash: string])[];
  /** Signatures of single files, each in a file of its own. */
  readonly signatures: readonly Pick<FileSignature, 'path' | 'signature' | 'certificate'>[];
  /** Set by path of the artifact. */
  readonly nonManoSets: ReadonlyMap<string, string>;
}

export function manifestText({ metadata, algorithm, digests, signatures, nonManoSets }: ManifestContents): string {
  const signatureOf = new Map(signatures.map((each) => [each.path, each]));
  const group = ([path, hash]: readonly [string, string]): readonly string[] => {
    const { signature, certificate } = signatureOf.get(path) ?? {};
    return [
      '',
      `Source: ${path}`,
      `Algorithm: ${algorithm.toUpperCase()}`,
      `Hash: ${hash}`,
      ...(signature === undefined ? [] : [`Signature: ${signature}`]),
      ...(certificate === undefined ? [] : [`Certificate: ${certificate}`]),
    ];
  };
  const lines = [
    'metadata:',
    ...Object.entries(metadata).map(([key, value]) => `  ${key}: ${value.replace(/[\r\n]+/g, ' ').trim()}`),
    ...digests.flatMap(group),
    ...setLines(nonManoSets),
  ];
  return `${lines.join('\n')}\n`;
}

function setLines(nonManoSets: ReadonlyMap<string, string>): readonly string[] {
  const sets = [...new Set(nonManoSets.values())];
  if (sets.length === 0) return [];
  const members = (set: string): readonly string[] =>
    [...nonManoSets].filter(([, of]) => of === set).map(([path]) => `    Source: ${path}`);
  return ['', 'non_mano_artifact_sets:', ...sets.flatMap((set) => [`  ${set}:`, ...members(set)])];
}
