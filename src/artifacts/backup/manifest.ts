/**
 * What a backup says of itself, as its first file: what is in it, with digests, and what it was taken of.
 */
export const manifestName = 'manifest.json';
export const databaseName = 'berth.sqlite';
export const markName = 'installation.json';
export const form = 1;

export interface BackupFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface BackupManifest {
  readonly form: typeof form;
  /** Version of the Berth that took it. */
  readonly berth: string;
  readonly takenAt: string;
  /** The latest migration of the database. */
  readonly schema: string;
  readonly files: readonly BackupFile[];
  /** Packages of the database whose archive was not there, or not as it had been uploaded. */
  readonly withoutArchive: readonly string[];
}

const digest = /^[0-9a-f]{64}$/;
/** Names in a backup are these and no others: they become paths. */
const known = /^(berth\.sqlite|installation\.json|packages\/[0-9A-Za-z-]{1,64}\/content\.csar)$/;

/** Throws a sentence when it is none, or of a form that this Berth does not know. */
export function parseManifest(text: string): BackupManifest {
  const found = parsed(text);
  if (found?.form !== form) {
    throw new Error(
      `its form is ${String(found?.form)}, and this Berth reads ${String(form)}; restore with the Berth that took it`,
    );
  }
  const files = found.files ?? [];
  const names = files.map(({ name }) => name);
  const isWhole =
    files.every(
      ({ name, sizeBytes, sha256 }) => known.test(name) && Number.isSafeInteger(sizeBytes) && digest.test(sha256),
    ) &&
    names.includes(databaseName) &&
    new Set(names).size === names.length;
  if (!isWhole) throw new Error('its manifest is damaged, or names what no backup holds');
  return found as BackupManifest;
}

function parsed(text: string): Partial<BackupManifest> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
