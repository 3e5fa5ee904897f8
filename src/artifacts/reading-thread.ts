/**
 * The package reader in a thread of its own, bounded in time and memory: a hostile VNFD within all limits of size can
 * keep it busy for minutes, and the server answers meanwhile. The thread lives on for the next package; one that went
 * beyond its bounds is ended, and the next package gets another.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { found } from '../package/finding-codes.js';
import type { PackageReading } from '../package/read-package.js';
import { beside, nodeArguments } from '../shared/module-url.js';
import { errnoOf } from './durable.js';
import type { PackageReader, ReaderInput } from './package-reader.js';

export interface ReadingLimits {
  /** One reading, the start of the thread included. */
  readonly ms: number;
  /** Heap of the thread. */
  readonly memoryMiB: number;
}

export const defaultReadingLimits: ReadingLimits = { ms: 60_000, memoryMiB: 512 };

export class ReadingThread {
  readonly #limits: ReadingLimits;
  #worker: Worker | undefined;
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
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #read(input: ReaderInput): Promise<PackageReading> {
    const worker = (this.#worker ??= this.#start());
    worker.postMessage(input);
    try {
      const [reading] = (await once(worker, 'message', { signal: AbortSignal.timeout(this.#limits.ms) })) as [
        PackageReading,
      ];
      return reading;
    } catch (error) {
      await this.close();
      const bound = this.#boundOf(error);
      if (bound === undefined) throw new Error('the thread that reads packages met a fault', { cause: error });
      return tooComplex(bound);
    }
  }

  #boundOf(error: unknown): string | undefined {
    const code = errnoOf(error);
    if (code === 'ABORT_ERR') return `${this.#limits.ms / 1000} s`;
    return code === 'ERR_WORKER_OUT_OF_MEMORY' ? `${this.#limits.memoryMiB} MiB of memory` : undefined;
  }

  #start(): Worker {
    const module = beside(import.meta.url, 'reading-worker');
    const resourceLimits = { maxOldGenerationSizeMb: this.#limits.memoryMiB };
    const worker = new Worker(module, { execArgv: [...nodeArguments(module)], resourceLimits });
    worker.unref();
    // The reading that waits is told of an error, too; one that comes between readings must not end the server.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }
}

const tooComplex = (bound: string): PackageReading => ({
  findings: [found('PKG-TOO-COMPLEX', { file: '' }, `Reading the package took more than ${bound}.`)],
  wanted: { digests: [], heads: [] },
  flavours: [],
});
