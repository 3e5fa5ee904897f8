/**
 * Where Berth keeps its data, and its clients look for the token, unless told otherwise.
 */
export interface DataDirHints {
  /** `BERTH_DATA_DIR`. */
  readonly wished: string | undefined;
  /** User id 0. */
  readonly isRoot: boolean;
  /** Asked only where it is needed: a user of a container may have none. */
  readonly home: () => string;
}

export function dataDirOf({ wished, isRoot, home }: DataDirHints): string {
  if (wished !== undefined && wished !== '') return wished;
  return isRoot ? '/var/lib/berth' : `${home()}/.local/state/berth`;
}

export const tokenFileIn = (dataDir: string): string => `${dataDir}/token`;
export const defaultPort = 9641;
