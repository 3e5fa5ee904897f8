/**
 * A cache of prepared statements: preparing one, and the function that makes rows of its columns, costs more than running
 * most of them.
 */
import type Database from 'better-sqlite3';

type Statement = ReturnType<Database['prepare']>;

/** Lists of different lengths have different texts; the most recently used are kept. */
const mostKept = 300;

const changesNoSchema = /^\s*(select|insert|update|delete|with|begin|commit|rollback|savepoint|release|pragma)\b/i;

export class KeptStatements {
  readonly #database: Database;
  readonly #kept = new Map<string, Statement>();

  constructor(database: Database) {
    this.#database = database;
  }

  prepare(text: string): Statement {
    const known = this.#kept.get(text);
    if (known === undefined && !changesNoSchema.test(text)) {
      // A schema change may alter the columns of cached statements.
      this.#kept.clear();
      return this.#database.prepare(text);
    }
    const statement = known ?? this.#database.prepare(text);
    this.#kept.delete(text);
    this.#kept.set(text, statement);
    this.#forgetOldest();
    return statement;
  }

  #forgetOldest(): void {
    if (this.#kept.size <= mostKept) return;
    for (const text of this.#kept.keys()) {
      this.#kept.delete(text);
      return;
    }
  }

  close(): void {
    this.#kept.clear();
    this.#database.close();
  }
}
