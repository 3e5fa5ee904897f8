/**
 * A CSAR written file by file: stored without compression, and the same bytes for the same files.
 */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { zipContent, type ZipMember } from './zip-writer.js';

/** A file on disk, or content made on the way. */
export type CsarSource =
  { readonly path: string; readonly file: string } | { readonly path: string; readonly content: Uint8Array };

/** Writes a new file; one that exists is replaced. */
export async function writeCsar(toFile: string, sources: readonly CsarSource[]): Promise<void> {
  const members: ZipMember[] = [];
  for (const source of sources) members.push(await measure(source));
  const out = await open(toFile, 'w');
  try {
    for await (const chunk of zipContent(members)) await out.writeFile(chunk);
    await out.sync();
  } finally {
    await out.close();
  }
}

/** The size and the CRC stand before the content, so that a file is read twice. */
async function measure(source: CsarSource): Promise<ZipMember> {
  const content = () => contentOf(source);
  let crc = 0;
  for await (const chunk of content()) crc = crc32(chunk, crc);
  const sizeBytes = 'content' in source ? source.content.byteLength : (await stat(source.file)).size;
  return { path: source.path, sizeBytes, crc32: crc, content };
}

const contentOf = (source: CsarSource): AsyncIterable<Uint8Array> | Iterable<Uint8Array> =>
  'content' in source ? [source.content] : (createReadStream(source.file) as AsyncIterable<Uint8Array>);
