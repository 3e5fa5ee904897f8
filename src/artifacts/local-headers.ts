/**
 * What the archive says of an entry at the entry itself (APPNOTE 6.3 clauses 4.3.7 and 4.3.9), against its directory. A
 * reader that goes by the one would see another package than a reader that goes by the other.
 */
import { open, type FileHandle } from 'node:fs/promises';
import type { Entry, LocalFileHeader, ZipFile } from 'yauzl';
import { found } from '../package/finding-codes.js';
import type { Finding } from '../shared/finding.js';
import { isBadArchive } from './zip-directory.js';

const encrypted = 0x0001;
/** Sizes and CRC stand behind the data. */
const described = 0x0008;
/** A size that a ZIP64 field holds instead. */
const elsewhere = 0xffff_ffff;

/** `file` is the archive that `zip` has open. */
export async function checkLocalHeaders(
  file: string,
  zip: ZipFile,
  files: ReadonlyMap<string, Entry>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const handle = await open(file, 'r');
  try {
    for (const [path, entry] of files) {
      const header = await headerOf(zip, entry);
      const what = header && (disagreement(entry, header) ?? (await descriptorDisagrees(handle, entry, header)));
      if (what === undefined) continue;
      const message = `The directory of the archive and the entry \`${path}\` itself disagree on its ${what}.`;
      findings.push(found('CSAR-HEADERS-DISAGREE', { file: path }, message));
    }
  } finally {
    await handle.close();
  }
  return findings;
}

/** Undefined when there is none: then the entry cannot be unpacked either, which is said there. */
async function headerOf(zip: ZipFile, entry: Entry): Promise<LocalFileHeader | undefined> {
  try {
    return await zip.readLocalFileHeaderPromise(entry);
  } catch (error) {
    if (!isBadArchive(error)) throw error;
    return undefined;
  }
}

function disagreement(entry: Entry, header: LocalFileHeader): string | undefined {
  if (!header.fileName.equals(entry.fileNameRaw)) return 'name';
  if (header.compressionMethod !== entry.compressionMethod) return 'compression';
  if ((header.generalPurposeBitFlag & encrypted) !== (entry.generalPurposeBitFlag & encrypted)) return 'encryption';
  if ((header.generalPurposeBitFlag & described) !== 0) return undefined;
  if (header.crc32 !== entry.crc32) return 'CRC';
  const sizes = [
    [header.compressedSize, entry.compressedSize],
    [header.uncompressedSize, entry.uncompressedSize],
  ] as const;
  return sizes.some(([local, central]) => local !== central && local !== elsewhere) ? 'size' : undefined;
}

/** The descriptor behind the data may have a signature, and sizes of four or eight bytes. */
async function descriptorDisagrees(handle: FileHandle, entry: Entry, header: LocalFileHeader) {
  if ((header.generalPurposeBitFlag & described) === 0) return undefined;
  const { buffer } = await handle.read(Buffer.alloc(24), 0, 24, header.fileDataStart + entry.compressedSize);
  const forms = [descriptor(entry, 4), descriptor(entry, 8)];
  const good = forms.flatMap((form) => [form, Buffer.concat([Buffer.from('PK\u0007\b'), form])]);
  return good.some((form) => buffer.subarray(0, form.length).equals(form)) ? undefined : 'size or CRC';
}

function descriptor({ crc32, compressedSize, uncompressedSize }: Entry, sizeBytes: 4 | 8): Buffer {
  const bytes = Buffer.alloc(4 + 2 * sizeBytes);
  bytes.writeUInt32LE(crc32);
  for (const [index, size] of [compressedSize, uncompressedSize].entries()) {
    const at = 4 + index * sizeBytes;
    if (sizeBytes === 8) bytes.writeBigUInt64LE(BigInt(size), at);
    else if (size <= elsewhere) bytes.writeUInt32LE(size, at);
  }
  return bytes;
}
