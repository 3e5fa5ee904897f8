/**
 * The database file as it is at one moment, while Berth goes on writing: SQLite's own online backup, a few pages at a
 * time. The copy is checked page by page, so that damage is found while it can still be repaired.
 */
import Database from 'better-sqlite3';
import { problem } from '../../../shared/problem.js';
import type { StoreSnapshot } from '../../connection.js';
import { StoreTrouble } from '../../trouble.js';

/** Pages copied per turn of the event loop. */
const pagesAtOnce = 256;

export async function takeSnapshot(source: Database, file: string, toFile: string): Promise<StoreSnapshot> {
  await source.backup(toFile, { progress: () => pagesAtOnce });
  const copy = new Database(toFile);
  try {
    // One file, without a log beside it.
    copy.pragma('journal_mode = DELETE');
    const damage = checkPages(copy);
    if (damage !== undefined) throw new StoreTrouble('damaged', damaged(file, damage));
    return contentOf(copy);
  } finally {
    copy.close();
  }
}

/** What is wrong with the pages of the file, in SQLite's words; undefined: nothing. */
export function checkPages(database: Database): string | undefined {
  const [row] = database.prepare('pragma quick_check(1)').all([]) as [{ readonly quick_check: string }];
  return row.quick_check === 'ok'
    ? undefined
    : row.quick_check.replaceAll(/\s+/g, ' ').replace('*** in database main *** ', '');
}

function contentOf(database: Database): StoreSnapshot {
  const [latest] = database.prepare('select max(name) as name from kysely_migration').all([]) as [{ name: string }];
  const archived = `select id, json_extract(document, '$.sha256') as sha256 from packages
    where json_valid(document) and json_extract(document, '$.sha256') is not null
    and json_extract(document, '$.onboardingState') in ('PROCESSING', 'ONBOARDED')`;
  const packages = database.prepare(archived).all([]) as { readonly id: string; readonly sha256: string }[];
  return { schema: latest.name, packages };
}

const damaged = (file: string, damage: string) =>
  problem(
    'store-damaged',
    `The database file ${file} is damaged (${damage}); no backup was taken of it. Stop Berth, keep a copy of the file, and restore the latest backup with \`berth restore\` (docs/backup.md).`,
    { file },
  );
