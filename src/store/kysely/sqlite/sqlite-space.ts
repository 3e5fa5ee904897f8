/**
 * Free pages of removed rows: SQLite reuses them, and returns them to the file system on request (incremental vacuum). The
 * file has to be created for that; one of an earlier build is rebuilt once, if it is small and the disk has space for a copy.
 */
import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { MiB } from '../../../shared/units.js';

/** Rebuilding a larger file would delay the start. */
const remadeBytes = 256 * MiB;

/** Returned in one turn: a few milliseconds. */
const pagesAtOnce = 500;

/** Kept for the next rows: this share of the file, and never less than so many pages. */
const keptShare = 0.1;
const keptPages = 1_000;

const incremental = 2;

const number = (database: Database, pragma: string): number => Number(database.pragma(pragma, { simple: true }));

/** Must be set before anything else on a new file. */
export function letSpaceReturn(database: Database): void {
  database.pragma('auto_vacuum = INCREMENTAL');
}

/** Rebuilds the file of an earlier build with incremental vacuum. No other process has it open. */
export function remakeForSpace(database: Database, file: string): void {
  if (number(database, 'auto_vacuum') === incremental) return;
  const { size } = statSync(file);
  const { bavail, bsize } = statfsSync(dirname(file));
  if (size > remadeBytes || bavail * bsize < 3 * size) return;
  letSpaceReturn(database);
  database.exec('vacuum');
}

/** Outside of any transaction. True: there is more to return. */
export function returnPages(database: Database): boolean {
  if (number(database, 'auto_vacuum') !== incremental) return false;
  const spare = Math.max(keptPages, Math.ceil(number(database, 'page_count') * keptShare));
  const given = Math.min(pagesAtOnce, number(database, 'freelist_count') - spare);
  if (given <= 0) return false;
  database.pragma(`incremental_vacuum(${String(given)})`);
  return number(database, 'freelist_count') > spare;
}
