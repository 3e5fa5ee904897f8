/**
 * Backups of this Berth: what the store and the package files have to say, put together.
 */
import type { Backups } from './api/ports.js';
import { removeStages, stageBackup, type Snapshot } from './artifacts/backup/stage.js';
import { errorText } from './shared/error-text.js';
import type { WallClock } from './shared/clock.js';
import type { Log } from './shared/log.js';
import { ok, refuse } from './shared/outcome.js';
import { problem, type Problem } from './shared/problem.js';
import type { StoreConnection } from './store/connection.js';

export interface ComposedBackups extends Backups {
  /** Removes what a Berth that was killed left of its backups. */
  open(): Promise<void>;
}

class Declined extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** `dataDir`: where database and packages lie. */
export function composeBackups(
  store: Pick<StoreConnection, 'snapshot'>,
  dataDir: string,
  berth: string,
  log: Log,
  clock: WallClock,
): ComposedBackups {
  let underWay = false;
  const snapshot = async (toFile: string): Promise<Snapshot> => {
    const taken = await store.snapshot(toFile);
    if (taken.ok) return taken.value;
    throw new Declined(taken.problem);
  };
  const stage = async (): ReturnType<Backups['take']> => {
    const staged = await stageBackup({ dataDir, berth, takenAt: new Date(clock.now()), snapshot });
    const { files, withoutArchive } = staged.manifest;
    log.info({ sizeBytes: staged.sizeBytes, files: files.length }, 'a backup is taken');
    if (withoutArchive.length > 0) log.warn({ vnfPkgIds: withoutArchive }, 'the backup lacks archives of packages');
    const remove = async (): Promise<void> => {
      underWay = false;
      await staged.remove().catch((error: unknown) => {
        log.warn({ cause: errorText(error) }, 'what a backup left could not be removed; the next start removes it');
      });
    };
    return ok({ sizeBytes: staged.sizeBytes, read: () => staged.read(), remove });
  };
  return {
    open: () => removeStages(dataDir),
    take: async () => {
      if (underWay) return refuse(problem('wrong-state', 'A backup is being taken already; wait for its end.'));
      underWay = true;
      try {
        return await stage();
      } catch (error) {
        underWay = false;
        if (error instanceof Declined) return refuse(error.problem);
        throw error;
      }
    },
  };
}
