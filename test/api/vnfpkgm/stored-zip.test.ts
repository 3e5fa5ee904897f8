import { expect, test } from '@jest/globals';
import { text } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import { storedZip } from '../../../src/api/vnfpkgm/stored-zip.js';

const files = [
  { path: 'Definitions/router.yaml', content: Buffer.from('a: 1\n') },
  { path: 'Definitions/größe.yaml', content: Buffer.from('') },
];

test('a stored zip is read back by a zip reader, names and bytes', async () => {
  const zip = await fromBufferPromise(storedZip(files));
  const read: { path: string; content: string }[] = [];
  for await (const entry of zip.eachEntry()) {
    read.push({ path: entry.fileName, content: await text(await zip.openReadStreamPromise(entry)) });
  }
  expect(read).toEqual(files.map(({ path, content }) => ({ path, content: String(content) })));
});

test('the same files are the same bytes', () => {
  expect(storedZip(files)).toEqual(storedZip(files));
});
