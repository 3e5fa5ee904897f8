/**
 * The package reader in a process of its own, bounded in time and memory: a hostile VNFD within all limits of size can
 * keep it busy for minutes, and the server answers meanwhile. Not in a thread: V8 that runs out of a thread's memory may
 * take the whole process along. The child lives on for the next package; one that went beyond its bounds is killed.
 *
 * Only what the package itself used up speaks against it: V8's own heap limit, and time on a CPU. A process that the
 * system killed, or never gave the CPU to, says nothing of the package.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { found } from '../package/finding-codes.js';
import type { PackageReading } from '../package/read-package.js';
import { childEnvironment } from '../shared/child-environment.js';
import { beside, nodeArguments } from '../shared/module-url.js';
import { NotRead } from './artifacts.js';
import { cpuTimeMs } from './cpu-time.js';
import { keepLastWords, lastWords } from './last-words.js';
import type { PackageReader, ReaderInput } from './package-reader.js';
import type { SteadyClock } from '../shared/clock.js';
import { InTurn } from '../shared/in-turn.js';

export interface ReadingLimits {
  /** One reading, the start of the process included. */
  readonly ms: number;
  /** Heap of the process. */
  readonly memoryMiB: number;
  /** A reading that takes longer is refused, or put off: another process has more time for it. Absent: `refuse`. */
  readonly whenLate?: 'refuse' | 'put-off';
}

export const defaultReadingLimits: ReadingLimits = { ms: 60_000, memoryMiB: 512 };

/** Pauses before a reading that the system ended is begun again. */
const pausesMs: readonly number[] = [200, 1_000];

class Killed extends NotRead {
  constructor(message: string) {
    super('interrupted', message);
  }
}

/** What the child says. */
export type ReadingAnswer = { readonly reading: PackageReading } | { readonly fault: string };

export class ReadingProcess {
  readonly #clock: Pick<SteadyClock, 'sleep'>;
  readonly #limits: ReadingLimits;
  #child: ChildProcess | undefined;
  readonly #turns = new InTurn();

  constructor(clock: Pick<SteadyClock, 'sleep'>, limits: ReadingLimits = defaultReadingLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** One package at a time, in the order asked. Beyond the bounds: `PKG-TOO-COMPLEX`. A fault of the reader is thrown. */
  readonly read: PackageReader = (input) => this.#turns.do(() => this.#readAtLast(input));

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** A process that is killed is killed by what the machine needs at that moment: soon the package may be read. */
  async #readAtLast(input: ReaderInput): Promise<PackageReading> {
    for (const pauseMs of pausesMs) {
      try {
        return await this.#read(input);
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        await this.#clock.sleep(pauseMs);
      }
    }
    return this.#read(input);
  }

  async #read(input: ReaderInput): Promise<PackageReading> {
    const child = (this.#child ??= this.#start());
    const usedBeforeMs = cpuTimeMs(child.pid);
    const over = new AbortController();
    try {
      const { signal } = over;
      // A child that is gone says so when it closes.
      child.send(input, () => undefined);
      const answer = await Promise.race([
        once(child, 'message', { signal }).then(([said]) => said as ReadingAnswer),
        once(child, 'close', { signal }).then(([code, killer]) =>
          this.#ended(code as number | null, killer as string | null, lastWords(child)),
        ),
        this.#clock.sleep(this.#limits.ms, signal).then(() => 'late' as const),
      ]);
      if (answer === 'late') return await this.#late(child, usedBeforeMs);
      if ('reading' in answer) return answer.reading;
      throw new Error(`the process that reads packages met a fault: ${answer.fault}`);
    } catch (error) {
      // A fork that the system refuses has no process.
      if (child.pid !== undefined) throw error;
      throw new Killed(`The process that reads packages could not be started (${String(error)}).`);
    } finally {
      over.abort();
    }
  }

  async #late({ pid }: ChildProcess, usedBeforeMs: number): Promise<PackageReading> {
    const usedMs = cpuTimeMs(pid) - usedBeforeMs;
    await this.close();
    const { ms, whenLate } = this.#limits;
    const time = `${ms / 1000} s`;
    if (whenLate === 'put-off') throw new NotRead('slow', `Reading the package takes more than ${time}.`);
    if (usedMs < ms * leastShareOfCpu) {
      const share = `${Math.round(usedMs / 100) / 10} s of processor time in ${time}`;
      throw new NotRead('interrupted', `The process that reads packages got only ${share}.`);
    }
    return tooComplex(time);
  }

  /** V8 aborts at the limit of its heap and says so. Any other signal came from outside. */
  #ended(code: number | null, signal: string | null, words: string): ReadingAnswer {
    if (/heap limit/i.test(words)) return { reading: tooComplex(`${this.#limits.memoryMiB} MiB of memory`) };
    const killer = signal ?? signalInShell(code);
    if (killer === undefined) return { fault: `it ended with ${String(code)}${words && `: ${words}`}` };
    const reason = words === '' ? 'as when memory is short' : words;
    throw new Killed(`The process that reads packages was ended by ${killer} (${reason}).`);
  }

  #start(): ChildProcess {
    const module = beside(import.meta.url, 'reading-child');
    const child = fork(module, [], {
      execArgv: [...nodeArguments(module), `--max-old-space-size=${this.#limits.memoryMiB}`],
      // It needs none, and ours may hold secrets.
      env: childEnvironment({}),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.unref();
    child.channel?.unref();
    keepLastWords(child);
    // A waiting reading gets the error as well; an error between two readings must not end the server.
    child.on('error', () => {
      if (child.pid === undefined && this.#child === child) this.#child = undefined;
    });
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    return child;
  }
}

/** With less of the time on a CPU, the machine has stopped it; a machine that is merely busy gives more. */
const leastShareOfCpu = 0.03;

/** A shell between us and the process gives 128 and the signal's number. */
const signalInShell = (code: number | null): string | undefined =>
  code !== null && code > 128 ? `signal ${code - 128}` : undefined;

const tooComplex = (bound: string): PackageReading => ({
  findings: [found('PKG-TOO-COMPLEX', { file: '' }, `Reading the package took more than ${bound}.`)],
  wanted: { digests: [], heads: [] },
  flavours: [],
});
