/**
 * The part of better-sqlite3 that Berth uses; the package ships no types. Names as in its docs/api.md.
 */
declare module 'better-sqlite3' {
  interface Statement {
    readonly reader: boolean;
    all(parameters: readonly unknown[]): unknown[];
    run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
    iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
  }

  class Database {
    /** `timeout`: how long a statement waits for a lock that another process holds, ms. */
    constructor(file: string, options?: { readonly timeout?: number });
    readonly inTransaction: boolean;
    prepare(sql: string): Statement;
    exec(sql: string): this;
    /** `simple`: the first column of the first row. */
    pragma(source: string, options?: { readonly simple: true }): unknown;
    /** Resolves when the copy is whole; `progress` answers how many pages come next. */
    backup(toFile: string, options: { readonly progress: () => number }): Promise<unknown>;
    close(): void;
  }

  export = Database;
}
