/**
 * Which artifacts an archive of them holds (SOL003 clause 10.4.5a.3.2): all that are no software images, less what the
 * query leaves out. An artifact is a non-MANO one when the manifest puts it into a non-MANO artifact set.
 */
import type { PackageArtifact } from '../../package/model.js';
import { refusal } from '../http/problem-error.js';

export type Query = Readonly<Record<string, unknown>>;

/** `?name`: a flag, which has no value. Throws a 400 when it has one. */
export function flag(query: Query, name: string): boolean {
  const value = query[name];
  if (value === undefined || value === '') return value === '';
  throw refusal('malformed-request', `${name} is a flag: give it without a value, or leave it out.`);
}

/** The parameter has two names in the standard’s own files. */
export const wantsSignatures = (query: Query): boolean =>
  flag(query, 'include_signatures') || flag(query, 'include_signature');

export function chooseArtifacts(all: readonly PackageArtifact[], query: Query): readonly PackageArtifact[] {
  const withoutMano = flag(query, 'exclude_all_mano_artifacts');
  const withoutNonMano = flag(query, 'exclude_all_non_mano_artifacts');
  const sets = setsOf(query);
  if (withoutNonMano && (withoutMano || sets !== undefined)) {
    const other = withoutMano ? 'exclude_all_mano_artifacts' : 'select_non_mano_artifact_sets';
    throw refusal('malformed-request', `exclude_all_non_mano_artifacts and ${other} do not go together.`);
  }
  return all.filter(({ nonManoArtifactSetId: set }) => {
    if (set === undefined) return !withoutMano;
    return !withoutNonMano && (sets === undefined || sets.includes(set));
  });
}

function setsOf(query: Query): readonly string[] | undefined {
  const value = query['select_non_mano_artifact_sets'] ?? query['select_non_mano_artifacts'];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value.split(',');
  throw refusal('malformed-request', 'select_non_mano_artifact_sets is given once, with ids of sets between commas.');
}
