/**
 * Syncs SQLite's log (https://www.sqlite.org/wal.html) to disk without blocking the event loop: with `synchronous=NORMAL`
 * SQLite itself syncs only around checkpoints (https://www.sqlite.org/pragma.html#pragma_synchronous). It takes no lock
 * on the log, so that another descriptor of it can be closed without harm.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { StoreTrouble } from '../../trouble.js';
import { unsynced } from './sqlite-trouble.js';

export type SyncFile = (handle: FileHandle) => Promise<void>;

const datasync: SyncFile = (handle) => handle.datasync();

export class LogSync {
  #log: Promise<FileHandle> | undefined;
  /** The kernel reports a failed sync only once: data written before it is never taken as durable afterwards. */
  #isDoubtful = false;

  readonly #file: string;
  readonly #checkpoint: () => Promise<void>;
  readonly #syncFile: SyncFile;

  /** `checkpoint` copies the log into the database file and syncs that. */
  constructor(file: string, checkpoint: () => Promise<void>, syncFile: SyncFile = datasync) {
    this.#file = file;
    this.#checkpoint = checkpoint;
    this.#syncFile = syncFile;
  }

  async sync(): Promise<void> {
    if (this.#isDoubtful) {
      await this.#checkpoint();
      this.#isDoubtful = false;
      return;
    }
    try {
      await this.#syncFile(await (this.#log ??= open(`${this.#file}-wal`, 'r+')));
    } catch (cause) {
      this.#isDoubtful = true;
      throw new StoreTrouble('unavailable', unsynced(this.#file, cause), { cause });
    }
  }

  async close(): Promise<void> {
    const log = this.#log;
    this.#log = undefined;
    await (await log)?.close();
  }
}
