/**
 * The thread that `reading-thread.ts` starts: reads one package after the other.
 */
import { parentPort } from 'node:worker_threads';
import { readerBy, type ReaderInput } from './package-reader.js';
import { loadVocabulary } from './schema-check.js';

const read = readerBy(await loadVocabulary());

parentPort?.on('message', (input: ReaderInput) => {
  void read(input).then((reading) => parentPort?.postMessage(reading));
});
