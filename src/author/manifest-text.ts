/**
 * A manifest written (SOL004 clause 4.3.2): metadata, a digest of every file, sets of non-MANO artifacts. Whoever signs
 * appends a CMS over exactly these bytes.
 */
export interface ManifestContents {
  /** Keys as they are to stand there, in order. */
  readonly metadata: readonly (readonly [key: string, value: string])[];
  /** Lower-case hex by path, in order. */
  readonly sha256: readonly (readonly [path: string, hash: string])[];
  /** Set by path of the artifact. */
  readonly nonManoSets: ReadonlyMap<string, string>;
}

export function manifestText({ metadata, sha256, nonManoSets }: ManifestContents): string {
  const lines = [
    'metadata:',
    ...metadata.map(([key, value]) => `  ${key}: ${value}`),
    ...sha256.flatMap(([path, hash]) => ['', `Source: ${path}`, 'Algorithm: SHA-256', `Hash: ${hash}`]),
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
