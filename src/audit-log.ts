/**
 * Who asked for what, from where, with what outcome: lines for an auditor, appended to a file that others rotate. Nobody
 * waits for the disk. Lines that it does not take wait in memory, bounded; those beyond are counted as lost, and told.
 */
import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { ConfigError } from './config/config.js';
import { errorText } from './shared/error-text.js';
import type { Log } from './shared/log.js';
import { SharedRun } from './shared/shared-run.js';
import type { Timer } from './shared/clock.js';
import { systemClock } from './system.js';

const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_WRONLY } = constants;
const mostBytes = 4 * 1024 * 1024;
const retryMs = 1_000;

export class AuditLog {
  #lost = 0;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isTorn = false;
  #isFailing = false;
  readonly #writes = new SharedRun(() => this.writeAll());
  #retry: Timer | undefined;

  private constructor(
    private readonly file: string,
    private handle: FileHandle,
    private readonly log: Log,
  ) {}

  /** Throws ConfigError when nothing can be appended to the file. */
  static async open(file: string, log: Log): Promise<AuditLog> {
    try {
      return new AuditLog(file, await opened(file), log);
    } catch (error) {
      throw new ConfigError([
        `auditLog: ${file} cannot be opened for appending (${errorText(error)}); name a file in a folder that Berth may write to`,
      ]);
    }
  }

  /** Lines that were never written. */
  get lost(): number {
    return this.#lost;
  }

  write(entry: Readonly<Record<string, unknown>>): void {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    if (this.#waitingBytes + line.length > mostBytes) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    if (this.#retry === undefined) void this.goOn();
  }

  /** What waits is tried once more. */
  async close(): Promise<void> {
    this.#retry?.cancel();
    this.#retry = undefined;
    await this.goOn();
    this.#lost += this.#waiting.length;
    if (this.#waiting.length > 0) this.log.error({ file: this.file, lost: this.#lost }, 'audit lines are lost');
    await this.handle.close();
  }

  private goOn(): Promise<void> {
    return this.#writes.get();
  }

  private async writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      try {
        await this.follow();
        await this.writeSome();
        if (this.#isFailing) this.log.warn({ file: this.file, lost: this.#lost }, 'the audit log can be written again');
        this.#isFailing = false;
      } catch (error) {
        this.fail(error);
        return;
      }
    }
  }

  private fail(error: unknown): void {
    if (!this.#isFailing)
      this.log.error(
        { file: this.file, cause: errorText(error) },
        'the audit log cannot be written; lines wait in memory, make room or give Berth access',
      );
    this.#isFailing = true;
    this.#retry = systemClock
      .after(retryMs, () => {
        this.#retry = undefined;
        void this.goOn();
      })
      .unref();
  }

  private async writeSome(): Promise<void> {
    const begun = this.#isTorn ? Buffer.from('\n') : Buffer.alloc(0);
    const lines = this.#waiting;
    const bytes = Buffer.concat([begun, ...lines]);
    const { bytesWritten } = await this.handle.write(bytes);
    let left = bytesWritten - begun.length;
    // A line that was cut is written whole again; what stands of it before is ended by a line feed.
    while (lines[0] !== undefined && left >= lines[0].length) {
      const [line] = lines.splice(0, 1);
      left -= line?.length ?? 0;
      this.#waitingBytes -= line?.length ?? 0;
    }
    this.#isTorn = left > 0 || (this.#isTorn && bytesWritten === 0);
  }

  /** A file that was renamed or removed is left to whoever did it, and created again under its name. */
  private async follow(): Promise<void> {
    const [own, named] = await Promise.all([this.handle.stat(), stat(this.file).catch(() => undefined)]);
    if (named?.ino === own.ino && named.dev === own.dev) return;
    const next = await opened(this.file);
    await this.handle.close();
    this.handle = next;
    this.#isTorn = false;
  }
}

const opened = (file: string): Promise<FileHandle> =>
  open(file, O_APPEND | O_CREAT | O_WRONLY | O_NONBLOCK | O_NOCTTY, 0o600);
