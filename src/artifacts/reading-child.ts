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

process.on('message', (input: ReaderInput) => {
  void answerTo(input).then((answer) => process.send?.(answer));
});
