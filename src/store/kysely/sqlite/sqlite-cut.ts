/**
 * A database file that ends within a page (https://www.sqlite.org/fileformat.html): SQLite reads what is missing of the
 * last page as zeros, and a file of less than one page as an empty database, in which it would begin a new one.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { StoreTrouble } from '../../trouble.js';
import { damaged } from './sqlite-trouble.js';

const smallestPageBytes = 512;
const pageSizeAt = 16;

/** Before the file is opened as a database. Throws a sentence. */
export function refuseCut(file: string): void {
  const { size } = statSync(file);
  if (size === 0) return;
  // Berth may have been killed while it wrote the last page; then the log beside the file has that page.
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
  const pageBytes = (log?.size ?? 0) > 0 ? 1 : pageBytesOf(file);
  if (size >= smallestPageBytes && size % pageBytes === 0) return;
  throw new StoreTrouble('damaged', damaged(file, `it was cut to ${String(size)} bytes`));
}

/** 1, which divides every size, where the file says nothing sensible: SQLite then refuses it. */
function pageBytesOf(file: string): number {
  const header = Buffer.alloc(smallestPageBytes);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  const said = header.readUInt16BE(pageSizeAt);
  const bytes = said === 1 ? 65_536 : said;
  const isPageSize = bytes >= smallestPageBytes && Number.isInteger(Math.log2(bytes));
  return isPageSize ? bytes : 1;
}
