/**
 * Where log lines go. Writing never waits: a reader that stalls (a full pipe, a terminal that was stopped) would freeze all
 * of Berth. Lines wait in memory, bounded; those beyond are dropped, counted, and told once the reader goes on.
 */
import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Timer } from './shared/clock.js';
import { systemClock } from './system.js';

const { O_NOCTTY, O_NONBLOCK, O_WRONLY } = constants;

export interface LogOutputSettings {
  /** Of lines that wait. */
  readonly mostBytes: number;
  readonly retryMs: number;
}

export const defaultLogOutput: LogOutputSettings = { mostBytes: 4 * 1024 * 1024, retryMs: 50 };

/** Of a file, pipe or socket. */
export interface Descriptor {
  readonly fd: number;
  /** Made the descriptor one that does not wait; ended with it, the descriptor would be closed. */
  readonly keeping?: Socket;
}

/** pino's destination. */
export class LogOutput {
  /** Called with how many lines were dropped, once there is room again. */
  onDropped: (lines: number) => void = () => undefined;
  #droppedLines = 0;
  #untold = 0;
  #waitingBytes = 0;
  readonly #waiting: Buffer[] = [];
  #retry: Timer | undefined;

  /** `to`: one whose writes do not wait, see `withoutWaiting`. */
  constructor(
    private readonly to: Descriptor,
    private readonly settings: LogOutputSettings = defaultLogOutput,
  ) {}

  /** Since the start. */
  get droppedLines(): number {
    return this.#droppedLines;
  }

  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#waitingBytes + bytes.length > this.settings.mostBytes) {
      this.drop(1);
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#retry === undefined) this.goOn();
  }

  /** At the end of the process: waits for the reader, so long at most. */
  flush(limitMs: number): void {
    const until = systemClock.elapsedMs() + limitMs;
    const pause = new Int32Array(new SharedArrayBuffer(4));
    while (!this.writeWaiting() && systemClock.elapsedMs() < until) Atomics.wait(pause, 0, 0, 10);
  }

  private goOn(): void {
    this.#retry = undefined;
    if (this.writeWaiting()) {
      const lines = this.#untold;
      this.#untold = 0;
      if (lines > 0) this.onDropped(lines);
    } else {
      this.#retry = systemClock.after(this.settings.retryMs, () => this.goOn()).unref();
    }
  }

  /** False: the reader is not there for more. */
  private writeWaiting(): boolean {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const written = this.tryWrite(first);
      if (written === 'later') return false;
      this.#waitingBytes -= written;
      if (written === first.length) this.#waiting.shift();
      else this.#waiting[0] = first.subarray(written);
    }
    return true;
  }

  /** A line that cannot be written at all (no reader any more, a full disk) is dropped: there is nobody to tell. */
  private tryWrite(bytes: Buffer): number | 'later' {
    try {
      return writeSync(this.to.fd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 'later';
      this.drop(1);
      return bytes.length;
    }
  }

  private drop(lines: number): void {
    this.#droppedLines += lines;
    this.#untold += lines;
  }
}

/**
 * The same output as a descriptor whose writes do not wait. Reopened where the system can, so that others who write
 * to it go on as they were; a socket cannot be. Files never wait for a reader, and have one place to write on.
 */
export function withoutWaiting(fd: number): Descriptor {
  if (fstatSync(fd).isFile()) return { fd };
  try {
    return { fd: openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY) };
  } catch {
    // A socket (systemd's journal), or a pipe of another user: Node sets the descriptor itself as it takes it.
    return { fd, keeping: new Socket({ fd, readable: false, writable: true }).unref() };
  }
}
