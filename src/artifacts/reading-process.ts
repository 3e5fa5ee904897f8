/**
 * The package reader in a process of its own, bounded in time and memory: a hostile VNFD within all limits of size can
 * keep it busy for minutes, and the server answers meanwhile. Not in a thread: V8 that runs out of a thread's memory may
 * take the whole process along. The child lives on for the next package; one that went beyond its bounds is killed.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { found } from '../package/finding-codes.js';
import type { PackageReading } from '../package/read-package.js';
import { beside, nodeArguments } from '../shared/module-url.js';
import type { PackageReader, ReaderInput } from './package-reader.js';

export interface ReadingLimits {
  /** One reading, the start of the process included. */
  readonly ms: number;
  /** Heap of the process. */
  readonly memoryMiB: number;
}

export const defaultReadingLimits: ReadingLimits = { ms: 60_000, memoryMiB: 512 };

/** What the child says. */
export type ReadingAnswer = { readonly reading: PackageReading } | { readonly fault: string };

export class ReadingProcess {
  readonly #limits: ReadingLimits;
  #child: ChildProcess | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(limits: ReadingLimits = defaultReadingLimits) {
    this.#limits = limits;
  }

  /** One package at a time, in the order asked. Beyond the bounds: `PKG-TOO-COMPLEX`. A fault of the reader is thrown. */
  readonly read: PackageReader = (input) => {
    const mine = this.#turn.then(() => this.#read(input));
    this.#turn = mine.catch(() => undefined);
    return mine;
  };

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async #read(input: ReaderInput): Promise<PackageReading> {
    const child = (this.#child ??= this.#start());
    const over = new AbortController();
    try {
      const { signal } = over;
      // A child that is gone says so by its exit.
      child.send(input, () => undefined);
      const answer = await Promise.race([
        once(child, 'message', { signal }).then(([said]) => said as ReadingAnswer),
        once(child, 'exit', { signal }).then(([code, killer]) => this.#ended(code, killer)),
        sleep(this.#limits.ms, 'late' as const, { signal }),
      ]);
      if (answer === 'late') {
        await this.close();
        return tooComplex(`${this.#limits.ms / 1000} s`);
      }
      if ('reading' in answer) return answer.reading;
      throw new Error(`the process that reads packages met a fault: ${answer.fault}`);
    } finally {
      over.abort();
    }
  }

  /** V8 aborts where memory ends; the kernel kills where the machine's does. */
  #ended(code: unknown, signal: unknown): ReadingAnswer {
    if (signal === 'SIGABRT' || signal === 'SIGKILL' || code === abortedInShell) {
      return { reading: tooComplex(`${this.#limits.memoryMiB} MiB of memory`) };
    }
    return { fault: `it ended with ${String(signal ?? code)}` };
  }

  #start(): ChildProcess {
    const module = beside(import.meta.url, 'reading-child');
    const child = fork(module, [], {
      execArgv: [...nodeArguments(module), `--max-old-space-size=${this.#limits.memoryMiB}`],
      // It needs none, and ours may hold secrets.
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.unref();
    child.channel?.unref();
    // The reading that waits is told of an error, too; one that comes between readings must not end the server.
    child.on('error', () => undefined);
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    return child;
  }
}

const abortedInShell = 134;

const tooComplex = (bound: string): PackageReading => ({
  findings: [found('PKG-TOO-COMPLEX', { file: '' }, `Reading the package took more than ${bound}.`)],
  wanted: { digests: [], heads: [] },
  flavours: [],
});
