/**
 * Directory records of ECMA-119 (clause 9.1) and the names that stand in them: 8.3 in the primary tree, the name as it
 * is in the Joliet one.
 */
import { Fields, latin, sectorBytes, sectorsFor, ucs2 } from './sectors.js';

export interface IsoFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** A file with its name as one of the trees writes it, and its place. */
export interface Entry {
  readonly identifier: Uint8Array;
  readonly sector: number;
  readonly bytes: number;
  readonly directory: boolean;
}

/** One entry per file in the order that clause 9.3 asks for; contents stand from `firstSector` in the order given. */
export function entries(files: readonly IsoFile[], firstSector: number, joliet: boolean): readonly Entry[] {
  const identifiers = joliet ? files.map(jolietIdentifier) : shortIdentifiers(files);
  let sector = firstSector;
  const listed = files.map(({ content }, index): Entry => {
    const start = sector;
    sector += sectorsFor(content.length);
    const identifier = identifiers[index] ?? new Uint8Array();
    return { identifier, sector: start, bytes: content.length, directory: false };
  });
  return listed.sort((a, b) => compareBytes(a.identifier, b.identifier));
}

/** Where the root directory stands. */
export interface Extent {
  readonly sector: number;
  readonly bytes: number;
}

/** Bytes of the root directory, whole sectors. */
export function rootDirectoryBytes(listed: readonly Entry[]): number {
  const { end } = layOut(listed.map(record));
  return sectorsFor(end) * sectorBytes;
}

/** The directory itself, its parent (itself again) and the files. */
export function rootDirectory(listed: readonly Entry[], root: Extent): Uint8Array {
  const files = listed.map(record);
  const { starts } = layOut(files);
  const fields = new Fields(root.bytes).put(0, rootRecord(root, 0)).put(rootRecordBytes, rootRecord(root, 1));
  files.forEach((each, index) => fields.put(starts[index] ?? 0, each));
  return fields.bytes;
}

/** Clause 7.6.2: identifier 0 is the directory, 1 its parent. */
export const rootRecord = (root: Extent, identifier: 0 | 1): Uint8Array =>
  record({ ...root, identifier: Uint8Array.of(identifier), directory: true });

const rootRecordBytes = 34;

/** One record after the other; none crosses a sector boundary (clause 6.8.1.1). */
function layOut(records: readonly Uint8Array[]): { readonly starts: readonly number[]; readonly end: number } {
  let end = 2 * rootRecordBytes;
  const starts = records.map(({ length }) => {
    const start = (end % sectorBytes) + length > sectorBytes ? sectorsFor(end) * sectorBytes : end;
    end = start + length;
    return start;
  });
  return { starts, end };
}

/** Recorded on the first day of 1970, so that the image depends on nothing but its files. */
function record(entry: Entry): Uint8Array {
  const { length } = entry.identifier;
  const fields = new Fields(33 + length + ((length + 1) % 2));
  return fields
    .byte(0, fields.bytes.length)
    .both32(2, entry.sector)
    .both32(10, entry.bytes)
    .put(18, Uint8Array.of(70, 1, 1))
    .byte(25, entry.directory ? 2 : 0)
    .both16(28, 1)
    .byte(32, length)
    .put(33, entry.identifier).bytes;
}

const jolietLimit = 64;

function jolietIdentifier({ name }: IsoFile): Uint8Array {
  if (name === '' || name.length > jolietLimit - 2 || /[\u0000-\u001f*/:;?\\]/.test(name)) {
    throw new RangeError(`the file name ${JSON.stringify(name)} cannot stand on a Joliet volume`);
  }
  return ucs2(`${name};1`);
}

/** `meta-data` becomes `META_DAT.;1`; a second of the same gets a number. */
function shortIdentifiers(files: readonly IsoFile[]): readonly Uint8Array[] {
  const taken = new Set<string>();
  return files.map(({ name }) => {
    const [stem = '', extension = ''] = name
      .toUpperCase()
      .replace(/[^A-Z0-9.]/g, '_')
      .split('.');
    let short = `${stem.slice(0, 8)}.${extension.slice(0, 3)};1`;
    for (let n = 1; taken.has(short); n += 1) {
      short = `${stem.slice(0, 8 - String(n).length)}${String(n)}.${extension.slice(0, 3)};1`;
    }
    taken.add(short);
    return latin(short);
  });
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at === -1 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
}
