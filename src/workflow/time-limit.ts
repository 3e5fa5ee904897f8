/**
 * Waiting with a time limit. What was begun goes on without being waited for.
 */
import { EngineError, reasonOf } from '../engine/engine.js';
import { overEarly, type SteadyClock } from '../shared/clock.js';

/** What was read, or why it was not: a sentence. */
export type Read<T> =
  | { readonly value: T; readonly why?: undefined }
  | { readonly value?: undefined; readonly why: string; readonly isGone?: boolean };

/** Never rejects by what an engine says; `asked` is who is asked, for the sentence. */
export async function readWithin<T>(
  clock: Pick<SteadyClock, 'sleep'>,
  ms: number,
  asked: string,
  reading: Promise<T>,
): Promise<Read<T>> {
  const answered = new AbortController();
  const late = clock
    .sleep(ms, answered.signal)
    .then((): Read<T> => ({ why: `${asked} has not answered within ${String(ms / 1000)} s.` }));
  try {
    return await Promise.race([reading.then((value) => ({ value }), refusal<T>), late]);
  } finally {
    answered.abort(overEarly);
  }
}

function refusal<T>(error: unknown): Read<T> {
  if (error instanceof EngineError) return { why: sentence(reasonOf(error)), isGone: error.kind === 'NotFound' };
  throw error;
}

export const sentence = (text: string): string => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);
