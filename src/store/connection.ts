/**
 * The database itself: opened, asked whether it answers, copied.
 */
import type { Outcome } from '../shared/outcome.js';

/** A row that is left out of lists because it cannot be read. */
export interface UnreadableRow {
  readonly table: string;
  readonly id: string;
  /** Why, as a sentence. */
  readonly reason: string;
}

/** What a copy of the database holds, as far as a backup has to know. */
export interface StoreSnapshot {
  /** The latest migration. */
  readonly schema: string;
  /** Packages whose archive has arrived. */
  readonly packages: readonly { readonly id: string; readonly sha256: string }[];
}

export interface StoreConnection {
  /** Applies migrations. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Resolves when the database answers and can be written; throws StoreTrouble otherwise. */
  ping(): Promise<void>;
  /** Rows that could not be read since the start; asking for one of them throws StoreTrouble. */
  unreadable(): Promise<readonly UnreadableRow[]>;
  /**
   * Copies the database as it is at one moment to a new file, while others write. Refuses `task-not-supported` when the
   * database has its own tools for that; throws StoreTrouble when it is damaged.
   */
  snapshot(toFile: string): Promise<Outcome<StoreSnapshot>>;
}
