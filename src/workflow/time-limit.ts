/**
 * What is waited for only so long. What was begun goes on; nobody waits for it.
 */
import { EngineError, reasonOf } from '../engine/engine.js';

/** What was read, or why it was not: a sentence. */
export type Read<T> =
  | { readonly value: T; readonly why?: undefined }
  | { readonly value?: undefined; readonly why: string; readonly isGone?: boolean };

/** Never rejects by what an engine says; `asked` is who is asked, for the sentence. */
export async function readWithin<T>(ms: number, asked: string, reading: Promise<T>): Promise<Read<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Read<T>>((resolve) => {
    timer = setTimeout(() => {
      resolve({ why: `${asked} has not answered within ${String(ms / 1000)} s.` });
    }, ms);
  });
  try {
    return await Promise.race([reading.then((value) => ({ value }), refusal<T>), late]);
  } finally {
    clearTimeout(timer);
  }
}

function refusal<T>(error: unknown): Read<T> {
  if (error instanceof EngineError) return { why: sentence(reasonOf(error)), isGone: error.kind === 'NotFound' };
  throw error;
}

export const sentence = (text: string): string => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);
