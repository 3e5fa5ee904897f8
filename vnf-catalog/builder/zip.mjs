// A zip whose bytes depend on the entries alone: given order, one date, no owner.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import yazl from 'yazl';

process.env.TZ = 'UTC'; // a zip entry's date is local time

// Images are packed already: deflating them again costs seconds and saves little.
const STORED = /\.qcow2$/;

export async function writeZip(path, entries, date) {
  const zip = new yazl.ZipFile();
  for (const [name, bytes] of entries) {
    zip.addBuffer(bytes, name, { mtime: new Date(date), mode: 0o100644, compress: !STORED.test(name) });
  }
  zip.end();
  const file = zip.outputStream.pipe(createWriteStream(path));
  await once(file, 'finish');
}
