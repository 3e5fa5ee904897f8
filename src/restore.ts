/**
 * What `berth restore` does: a backup back into an empty data directory, without a server. Operations that were under way when
 * it was taken are parked, because nobody knows how far they came since.
 */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseName, type BackupManifest } from './artifacts/backup/manifest.js';
import { restoreBackup } from './artifacts/backup/restore.js';
import { restoredFileIn } from './compose-restored.js';
import type { LcmOpOcc } from './lifecycle/model.js';
import { problem } from './shared/problem.js';
import { systemClock } from './system.js';
import { createSqliteStore } from './store/kysely/sqlite/sqlite.js';
import type { OperationRecords } from './store/operations.js';

/** Answers what a person should read. Throws a sentence when the backup cannot be restored there. */
export async function restore(file: string, directory: string): Promise<string> {
  const parked: LcmOpOcc[] = [];
  try {
    const manifest = await restoreBackup(file, directory, async (folder, found) => {
      parked.push(...(await parkOperations(join(folder, databaseName), found)));
      const note = { takenAt: found.takenAt, berth: found.berth, operations: parked.map(({ id }) => id) };
      await writeFile(restoredFileIn(folder), `${JSON.stringify(note)}\n`, { mode: 0o600 });
    });
    return report(manifest, directory, parked);
  } catch (cause) {
    throw new Error(`${file} was not restored`, { cause });
  }
}

/** Migrates, too: a database that is newer than this Berth is refused here. */
async function parkOperations(databaseFile: string, manifest: BackupManifest): Promise<readonly LcmOpOcc[]> {
  const store = createSqliteStore({ file: databaseFile, clock: systemClock });
  try {
    await store.open();
    return await parkAll(store, manifest.takenAt);
  } finally {
    await store.close();
  }
}

async function parkAll(
  store: Pick<OperationRecords, 'leaseOperation' | 'endOperation'>,
  takenAt: string,
): Promise<readonly LcmOpOcc[]> {
  const owner = `restore/${randomUUID()}`;
  const parked: LcmOpOcc[] = [];
  for (;;) {
    const nowMs = systemClock.now();
    const taken = await store.leaseOperation({ owner, inHand: [], lapsed: [] });
    if (taken === undefined) return parked;
    const { work: occ, token } = taken;
    const detail = `Operation ${occ.id} was ${occ.operationState} when the backup of ${takenAt} was taken that Berth was restored from. Compare with the hosts (berth differences), then retry, roll back or fail it.`;
    const state = occ.plan === undefined ? 'ROLLED_BACK' : 'FAILED_TEMP';
    parked.push(await store.endOperation({ opOccId: occ.id, token, state, error: problem('restored', detail), nowMs }));
  }
}

function report(manifest: BackupManifest, directory: string, parked: readonly LcmOpOcc[]): string {
  const archives = manifest.files.filter(({ name }) => name.startsWith('packages/')).length;
  return [
    `Restored the backup of ${manifest.takenAt} (Berth ${manifest.berth}) to ${directory}: the database and ${String(archives)} package archives.`,
    ...manifest.withoutArchive.map((id) => `Package ${id} has no archive in it.`),
    ...parked.map(
      ({ id, operation, operationState }) =>
        `Operation ${id} (${operation}) was under way; it is ${operationState} now.`,
    ),
    'Start Berth on it; the log, and `berth differences`, then name what the hosts have otherwise.',
  ].join('\n');
}
