/**
 * The guest through its agent (QEMU guest agent protocol): run a command, write a file. Each native call is short;
 * waiting is done here, so that a slow guest holds no worker.
 */
import type { SteadyClock } from '../../shared/clock.js';
import type { HostId, VnfcId } from '../../shared/ids.js';
import { printable } from '../../shared/printable.js';
import { EngineError, type EngineErrorKind, type GuestCommandResult, type GuestOs } from '../engine.js';
import type { HostLink } from './host-link.js';

const agentTimeoutSeconds = 5;
const firstPollMs = 20;
const longestPollMs = 250;
/** Agent messages are limited; base64 grows this by a third. */
const chunkBytes = 48 * 1024;
const mostOsChars = 200;

interface ExecStatus {
  readonly exited: boolean;
  readonly exitcode?: number;
  /** Number of the signal that ended it. */
  readonly signal?: number;
  readonly 'out-data'?: string;
  readonly 'err-data'?: string;
}

/** An answer of the guest: anything may be in it. */
type OsInfo = Readonly<Record<string, unknown>>;

export class Guest {
  readonly #host: HostLink;
  readonly #hostId: HostId;
  readonly #uuid: VnfcId;
  readonly #clock: SteadyClock;

  constructor(host: HostLink, hostId: HostId, uuid: VnfcId, clock: SteadyClock) {
    this.#clock = clock;
    this.#host = host;
    this.#hostId = hostId;
    this.#uuid = uuid;
  }

  async exec(command: readonly string[], timeoutMs: number): Promise<GuestCommandResult> {
    const until = this.#clock.elapsedMs() + timeoutMs;
    const [path, ...arg] = command;
    if (path === undefined) throw this.#error('Rejected', `The command for domain ${this.#uuid} is empty.`);
    const begun = await this.#begin(path, arg);
    if ('exitCode' in begun) return begun;
    for (let pauseMs = firstPollMs; ; pauseMs = Math.min(pauseMs * 2, longestPollMs)) {
      const status = await this.#ask<ExecStatus>('guest-exec-status', { pid: begun.pid });
      if (status.exited) return resultOf(status);
      if (this.#clock.elapsedMs() + pauseMs > until) throw this.#overdue(path, timeoutMs);
      await this.#clock.sleep(pauseMs);
    }
  }

  /** What the agent cannot run ends like in a shell: 127, with its words. */
  async #begin(path: string, arg: readonly string[]): Promise<{ readonly pid: number } | GuestCommandResult> {
    try {
      return await this.#ask<{ pid: number }>('guest-exec', { path, arg, 'capture-output': true });
    } catch (error) {
      if (!(error instanceof EngineError) || error.kind !== 'Rejected') throw error;
      return { exitCode: 127, stdout: '', stderr: error.native?.text ?? error.message };
    }
  }

  async os(): Promise<GuestOs> {
    return osOf(await this.#ask<OsInfo>('guest-get-osinfo', {}));
  }

  /** Not atomic: whoever reads the file in the guest is told so when the call has ended. */
  async writeFile(path: string, content: Uint8Array): Promise<void> {
    const handle = await this.#ask<number>('guest-file-open', { path, mode: 'w' });
    try {
      for (let offset = 0; offset < content.byteLength;) offset += await this.#write(handle, content, offset);
    } finally {
      await this.#ask('guest-file-close', { handle });
    }
  }

  async #write(handle: number, content: Uint8Array, offset: number): Promise<number> {
    const chunk = Buffer.from(content.subarray(offset, offset + chunkBytes));
    const written = await this.#ask<{ count: number }>('guest-file-write', {
      handle,
      'buf-b64': chunk.toString('base64'),
    });
    if (written.count <= 0)
      throw this.#error('Rejected', `Domain ${this.#uuid} takes no more bytes; its disk is full.`);
    return written.count;
  }

  async #ask<Answer>(execute: string, args: Readonly<Record<string, unknown>>): Promise<Answer> {
    const command = JSON.stringify({ execute, arguments: args });
    const answer = await this.#host.call('agentCommand', this.#uuid, command, agentTimeoutSeconds);
    return (JSON.parse(answer) as { return: Answer }).return;
  }

  #overdue(path: string, timeoutMs: number): EngineError {
    const text = `${path} in domain ${this.#uuid} has not ended within ${String(timeoutMs)} ms; it may still run.`;
    return this.#error('Timeout', text);
  }

  #error(kind: EngineErrorKind, message: string): EngineError {
    return new EngineError(kind, this.#hostId, message);
  }
}

/** A signal becomes 128 plus its number, as a shell has it. */
const resultOf = (status: ExecStatus): GuestCommandResult => ({
  exitCode: status.exitcode ?? 128 + (status.signal ?? 0),
  stdout: decode(status['out-data']),
  stderr: decode(status['err-data']),
});

const decode = (base64: string | undefined): string => Buffer.from(base64 ?? '', 'base64').toString('utf8');

const osNames = {
  ...{ id: 'id', prettyName: 'pretty-name', version: 'version-id', kernel: 'kernel-release', machine: 'machine' },
} as const;

/** A guest may be anybody's: text of some length, or nothing. */
function osOf(said: OsInfo): GuestOs {
  return Object.fromEntries(
    Object.entries(osNames).flatMap(([key, name]) => {
      const value = said[name];
      return typeof value === 'string' && value !== '' ? [[key, printable(value.slice(0, mostOsChars))]] : [];
    }),
  );
}
