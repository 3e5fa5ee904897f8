/**
 * A request body read whole: bounded in bytes, in time, and in what all bodies on their way hold together. Nothing but
 * well-formed UTF-8 becomes text.
 */
import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { KiB } from '../../shared/units.js';
import { limitOf } from './limits.js';
import { refusal, type ProblemError } from './problem-error.js';
import type { Timers } from '../../shared/clock.js';

export interface BodyLimits {
  readonly bytes: number;
  readonly ms: number;
  /** Of all bodies at a moment. */
  readonly togetherBytes: number;
}

export const jsonLimits = (bytes = limitOf('jsonBytes')): BodyLimits => ({
  bytes,
  ms: limitOf('bodyMs'),
  togetherBytes: limitOf('bodiesBytes'),
});

/** What is set aside at a time for small pieces: kept as it came, a piece of one byte holds a hundred times as much. */
const segmentBytes = 4 * KiB;
/** Kept as it came: what is left of a segment before it is little beside it. */
const largeBytes = 16 * KiB;

/** A body as far as it has come. Holds little more than its bytes, and leaves nothing behind as it grows. */
class Pieces {
  readonly #all: Buffer[] = [];
  #bytes = 0;
  /** Of the last piece, when that is a segment. */
  #free = 0;

  get bytes(): number {
    return this.#bytes;
  }

  take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (chunk.length >= largeBytes && chunk.buffer.byteLength < 2 * chunk.length) {
      this.seal();
      this.#all.push(chunk);
      return;
    }
    for (let from = 0; from < chunk.length;) from += this.fill(chunk.subarray(from));
  }

  whole(): Buffer {
    this.seal();
    return Buffer.concat(this.#all);
  }

  private fill(rest: Buffer): number {
    if (this.#free === 0) {
      this.#all.push(Buffer.allocUnsafeSlow(segmentBytes));
      this.#free = segmentBytes;
    }
    const copied = rest.copy(this.#all.at(-1) ?? rest, segmentBytes - this.#free);
    this.#free -= copied;
    return copied;
  }

  private seal(): void {
    const last = this.#all.at(-1);
    if (last !== undefined && this.#free > 0) this.#all.splice(-1, 1, last.subarray(0, segmentBytes - this.#free));
    this.#free = 0;
  }
}

/** Bytes of bodies that are being read by one server. */
export class BodiesUnderWay {
  #bytes = 0;

  constructor(private readonly clock: Timers) {}

  /** Throws a 413, 408 or 503; the caller's connection ends with the answer, for the rest may still come. */
  async read(body: Readable, limits: BodyLimits, announcedBytes = 0): Promise<Buffer> {
    if (announcedBytes > limits.bytes) throw tooLarge(limits);
    const pieces = new Pieces();
    const take = (chunk: Buffer): ProblemError | undefined => {
      pieces.take(chunk);
      this.#bytes += chunk.length;
      if (pieces.bytes > limits.bytes) return tooLarge(limits);
      return this.#bytes > limits.togetherBytes ? overloaded() : undefined;
    };
    try {
      await collect(body, take, limits.ms, this.clock);
      return pieces.whole();
    } finally {
      this.#bytes -= pieces.bytes;
    }
  }
}

function collect(
  body: Readable,
  take: (chunk: Buffer) => ProblemError | undefined,
  ms: number,
  clock: Timers,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => stop(tooSlow(ms)));
    const onData = (chunk: Buffer): void => {
      const refused = take(chunk);
      if (refused) stop(refused);
    };
    const onEnd = (): void => stop();
    const onBroken = (): void => stop(refusal('malformed-request', 'The body of the request broke off.'));
    const stop = (refused?: ProblemError): void => {
      timer.cancel();
      body.off('data', onData).off('end', onEnd).off('close', onBroken).off('error', onBroken);
      // What arrives after the end of reading is ignored, and no fault.
      body.on('error', () => undefined);
      if (refused === undefined) resolve();
      else reject(refused);
    };
    body.on('data', onData).on('end', onEnd).on('close', onBroken).on('error', onBroken);
  });
}

/** Throws a 400 that says where the text stops being one. */
export function utf8Text(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return text;
  const again = Buffer.from(text, 'utf8');
  const at = bytes.findIndex((byte, index) => byte !== again[index]);
  throw refusal('malformed-request', `The body is no UTF-8 at byte ${at < 0 ? bytes.length : at}; send it as UTF-8.`);
}

const tooLarge = ({ bytes }: BodyLimits): ProblemError =>
  refusal('payload-too-large', `The body of this request may have ${bytes} bytes at most.`);

const tooSlow = (ms: number): ProblemError =>
  refusal('request-timeout', `The body of the request did not arrive within ${ms / 1000} s.`);

const overloaded = (): ProblemError =>
  refusal('overloaded', 'Too many request bodies are on their way to Berth at once.', { 'retry-after': '1' });
