/**
 * Which statements read a growing table from end to end, by SQLite's own plan: recorded while Berth works, judged
 * afterwards. A statement that goes through a whole table or a whole index is refused unless it is named below with the
 * reason why what it reads is small.
 */
import { jest } from '@jest/globals';
import Database from 'better-sqlite3';

/** Whose rows become more with time. The others have a row per host, per replica or per task, or one in all. */
export const growing: readonly string[] = [
  ...['packages', 'package_images', 'sboms', 'sbom_components', 'sbom_names', 'instances', 'operations', 'journal'],
  ...['allocations', 'claims', 'leftovers', 'subscriptions', 'deliveries', 'ended'],
];

export interface Exception {
  /** The whole of what SQLite says it goes through. */
  readonly scan: RegExp;
  /** What the statement has to hold. */
  readonly statement: RegExp;
  readonly because: string;
}

const inHand = 'the index holds what is in hand, rests or waits: a few rows';
const inOrder = 'the index holds what is asked for and nothing else, in order: reading stops after a page';
export const counted = 'entries of an index are counted, without the rows: 100,000 of them in some milliseconds';

export const exceptions: readonly Exception[] = [
  {
    scan: /USING (COVERING )?INDEX \w+_(occupied|under_way|waiting|open|one_per_instance)$/,
    statement: /./,
    because: inHand,
  },
  {
    scan: /USING (COVERING )?INDEX (operations_decided|instances_instantiated|packages_onboarded)$/,
    statement: / limit \?/,
    because: inOrder,
  },
  {
    scan: /./,
    statement: /from "\w+"( where true)?\s+(order by ("\w+"(, )?)+ )?limit \?/,
    because: 'nothing narrows it: it begins at one end of the table and stops after a page',
  },
  {
    scan: /operations USING COVERING INDEX/,
    statement: /^select count\(\*\) as "all" from "operations"$/,
    because: counted,
  },
  { scan: /allocations USING COVERING INDEX/, statement: /^select count\(distinct "\w+"\)/, because: counted },
  {
    scan: /^SCAN allocations USING INDEX/,
    statement: /where "owner" != \? and not/,
    because: 'it looks for leaks: nothing that runs by itself asks it',
  },
  { scan: /USING (COVERING )?INDEX instances_idle$/, statement: /^select count\(\*\)/, because: counted },
];

/** A statement that SQLite was given, and what of its plan goes through a whole table. */
export interface WholeRead {
  readonly statement: string;
  readonly scan: string;
}

/** Keeps what is asked of every SQLite database in this process from now on. */
export function recordStatements(): { readonly stop: () => readonly string[] } {
  const spy = jest.spyOn(Database.prototype, 'prepare');
  return {
    stop: () => {
      const asked = new Set(spy.mock.calls.map(([statement]) => statement));
      spy.mockRestore();
      return [...asked];
    },
  };
}

const isJudged = (statement: string): boolean => /^\s*(select|update|delete|insert|with)\b/i.test(statement);

/** `file`: a database with the schema of today. Statements on tables that migrations made and removed are passed over. */
export function wholeReads(file: string, statements: readonly string[]): readonly WholeRead[] {
  const database = new Database(file);
  try {
    return statements.filter(isJudged).flatMap((statement) => {
      const scans = scansOf(database, statement);
      return scans.map((scan) => ({ statement, scan }));
    });
  } finally {
    database.close();
  }
}

function scansOf(database: Database, statement: string): readonly string[] {
  const places = statement.split('?').length - 1;
  const plan = planned(database, `explain query plan ${statement}`);
  return (plan?.all(Array.from({ length: places }, () => null)) ?? [])
    .map((step) => (step as { readonly detail: string }).detail)
    .filter((detail) => growing.includes(/^SCAN (\S+)/.exec(detail)?.[1] ?? ''));
}

export const matches = (one: Exception, { statement, scan }: WholeRead): boolean =>
  one.scan.test(scan) && one.statement.test(statement);

export const isExcepted = (found: WholeRead): boolean => exceptions.some((one) => matches(one, found));

/** Undefined: the statement is of a migration, and what it is about is no longer there. */
function planned(database: Database, statement: string) {
  try {
    return database.prepare(statement);
  } catch (error) {
    if (error instanceof Error && /no such (table|column)|has no column/.test(error.message)) return undefined;
    throw error;
  }
}
