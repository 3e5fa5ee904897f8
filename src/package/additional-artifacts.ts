/**
 * Files of a package that are neither descriptor nor image nor the package's own papers (SOL005 additionalArtifacts).
 */
import { defined } from '../shared/defined.js';
import { normalisePath } from '../shared/package-path.js';
import type { PackageEntry } from './input.js';
import type { Layout } from './layout.js';
import type { Manifest } from './manifest.js';
import type { PackageArtifact } from './model.js';
import type { MetaRole } from './tosca-meta.js';

const classes: readonly (readonly [MetaRole, NonNullable<PackageArtifact['classification']>])[] = [
  ['change-log', 'HISTORY'],
  ['tests', 'TESTING'],
  ['licenses', 'LICENSE'],
];

export function additionalArtifacts(
  entries: readonly PackageEntry[],
  layout: Layout,
  manifest: Manifest | undefined,
  taken: ReadonlySet<string>,
): readonly PackageArtifact[] {
  const sets = new Map([...(manifest?.nonManoSets ?? [])].map(([path, id]) => [normalisePath(path), id]));
  return entries
    .filter(({ path }) => !taken.has(path) && !path.startsWith('TOSCA-Metadata/'))
    .map(({ path, sizeBytes, sha256 }) => {
      const set = sets.get(path);
      const classification = classes.find(([role]) => isWithin(path, layout.roles.get(role)))?.[1];
      return {
        path,
        sizeBytes,
        sha256,
        ...defined({ nonManoArtifactSetId: set, classification }),
      };
    });
}

const isWithin = (path: string, place: string | undefined): boolean =>
  place !== undefined && (path === place || path.startsWith(`${place}/`));
