/**
 * Time and chance as ports: core code takes them as arguments, so that a plan is a function of its inputs. There are two
 * times, and they are different types of thing: what people read, and how long something took.
 */
export interface WallClock {
  /**
   * Milliseconds since the Unix epoch, for people and as an order. It jumps, forwards and backwards: nothing is waited
   * for, and nothing ends, by it.
   */
  now(): number;
}

export interface SteadyClock {
  /** Milliseconds since some moment of this process; never jumps. Deadlines, pauses and durations go by it. */
  elapsedMs(): number;
  /** Resolves after `ms` milliseconds, or as soon as `over` is aborted. */
  sleep(ms: number, over?: AbortSignal): Promise<void>;
}

/** What is done after a while, unless it is cancelled before. */
export interface Timer {
  cancel(): void;
  /** The process may end without it. */
  unref(): Timer;
}

export interface Timers {
  after(ms: number, does: () => void): Timer;
}

export interface Clock extends WallClock, SteadyClock, Timers {}

/** Why a pause is over before its time. Without a reason an AbortController makes an error, with its stack, for each. */
export const overEarly = 'over early';

/** How long ago something of the record was, as far as wall time can tell; never negative. For people: see `WallClock`. */
export const agoMs = (clock: WallClock, thenMs: number): number => Math.max(thenMs, clock.now()) - thenMs;

/** Makes identifiers. The real one gives random UUIDs (RFC 9562 version 4), a test one counts. */
export interface IdSource {
  uuid(): string;
}
