/**
 * The process that `reading-process.ts` starts: reads one package after the other, and ends with its channel.
 */
import { readerBy, type ReaderInput } from './package-reader.js';
import type { ReadingAnswer } from './reading-process.js';
import { loadVocabulary } from './schema-check.js';

const reader = loadVocabulary().then(readerBy);

async function answerTo(input: ReaderInput): Promise<ReadingAnswer> {
  try {
    return { reading: await (await reader)(input) };
  } catch (error) {
    return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

// Who stops the server signals its whole group; the package at hand is read to its end, as the server waits for it.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);

process.on('message', (input: ReaderInput) => {
  void answerTo(input).then((answer) => process.send?.(answer));
});
