/**
 * A small ISO 9660 volume with Joliet names (ECMA-119, Joliet specification of 1995): files in the root directory and
 * nothing else, the same bytes for the same content.
 */

export interface IsoFile {
  /** As Joliet shows it: 1 to 64 characters, none of star, slash, colon, semicolon, question mark, backslash, control. */
  readonly name: string;
  readonly content: Uint8Array;
}

const sector = 2048;

/** Where each structure lies, in sectors. System area: 0 to 15. */
const at = {
  primary: 16,
  joliet: 17,
  terminator: 18,
  primaryTableL: 19,
  primaryTableM: 20,
  jolietTableL: 21,
  jolietTableM: 22,
  primaryRoot: 23,
  jolietRoot: 24,
  files: 25,
} as const;

/** 1 January 2000, 00:00 UTC: a volume carries no clock. */
const recordTime = [100, 1, 1, 0, 0, 0, 0];
const volumeTime = '2000010100000000';
const noTime = '0000000000000000';

interface Placed {
  readonly file: IsoFile;
  readonly extent: number;
}

/** How names and texts are written: the primary tree in ASCII, the Joliet tree in UCS-2. */
interface Tree {
  readonly type: 1 | 2;
  readonly root: number;
  readonly tableL: number;
  readonly tableM: number;
  readonly name: (name: string) => Uint8Array;
  readonly text: (text: string, bytes: number) => Uint8Array;
}

/** Throws on a label past 16 characters, an unusable or double name, and more files than one sector lists. */
export function iso9660(label: string, files: readonly IsoFile[]): Uint8Array {
  check(label, files);
  const placed = place(files);
  const last = placed.at(-1);
  const sectors = last === undefined ? at.files : last.extent + sectorsOf(last.file);
  const image = new Uint8Array(sectors * sector);
  for (const tree of [primaryTree, jolietTree]) writeTree(image, tree, label, placed, sectors);
  image.set([255, ...ascii('CD001'), 1], at.terminator * sector);
  for (const { file, extent } of placed) image.set(file.content, extent * sector);
  return image;
}

function check(label: string, files: readonly IsoFile[]): void {
  if (!/^[\x20-\x7e]{1,16}$/.test(label)) throw new Error(`"${label}" is no volume label of 1 to 16 ASCII characters`);
  const seen = new Set<string>();
  for (const { name } of files) {
    if (!isJolietName(name)) throw new Error(`"${name}" is no Joliet file name`);
    const plain = primaryName(name);
    if (seen.has(plain)) throw new Error(`two files would have the name ${plain}`);
    seen.add(plain);
  }
}

const isJolietName = (name: string): boolean =>
  name.length >= 1 &&
  name.length <= 64 &&
  [...name].every((one) => one.length === 1 && one >= ' ' && !'*/:;?\\'.includes(one));

const sectorsOf = (file: IsoFile): number => Math.ceil(file.content.length / sector);

function place(files: readonly IsoFile[]): readonly Placed[] {
  let extent: number = at.files;
  return files.map((file) => {
    const placed = { file, extent };
    extent += sectorsOf(file);
    return placed;
  });
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

const ucs2 = (text: string): Uint8Array =>
  Uint8Array.from([...text].flatMap((character) => [character.charCodeAt(0) >> 8, character.charCodeAt(0) & 255]));

/** Level 2 name: capitals, digits, underscore, and the version that the standard wants. */
const primaryName = (name: string): string => {
  const dot = name.lastIndexOf('.');
  const clean = (part: string): string => part.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
  const [stem, extension] = dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
  return `${clean(stem).slice(0, 26)}.${clean(extension).slice(0, 3)};1`;
};

const primaryTree: Tree = {
  type: 1,
  root: at.primaryRoot,
  tableL: at.primaryTableL,
  tableM: at.primaryTableM,
  name: (name) => ascii(primaryName(name)),
  text: (text, bytes) => ascii(text.padEnd(bytes).slice(0, bytes)),
};

const jolietTree: Tree = {
  type: 2,
  root: at.jolietRoot,
  tableL: at.jolietTableL,
  tableM: at.jolietTableM,
  name: ucs2,
  text: (text, bytes) => {
    const padded = new Uint8Array(bytes);
    padded.set(ucs2(text.padEnd(bytes >> 1).slice(0, bytes >> 1)));
    return padded;
  },
};

const both16 = (value: number): readonly number[] => [value & 255, value >> 8, value >> 8, value & 255];
const little32 = (value: number): readonly number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);
const big32 = (value: number): readonly number[] => little32(value).toReversed();
const both32 = (value: number): readonly number[] => [...little32(value), ...big32(value)];

/** ECMA-119 clause 9.1. */
function record(extent: number, size: number, flags: number, name: Uint8Array): Uint8Array {
  const length = 33 + name.length + ((name.length + 1) % 2);
  const bytes = new Uint8Array(length);
  bytes.set([length, 0, ...both32(extent), ...both32(size), ...recordTime, flags, 0, 0, ...both16(1), name.length]);
  bytes.set(name, 33);
  return bytes;
}

const directory = 2;
const rootRecord = (tree: Tree, name: number): Uint8Array => record(tree.root, sector, directory, Uint8Array.of(name));

function writeTree(image: Uint8Array, tree: Tree, label: string, placed: readonly Placed[], sectors: number): void {
  image.set(descriptor(tree, label, sectors), (tree.type === 1 ? at.primary : at.joliet) * sector);
  image.set([1, 0, ...little32(tree.root), 1, 0, 0, 0], tree.tableL * sector);
  image.set([1, 0, ...big32(tree.root), 0, 1, 0, 0], tree.tableM * sector);
  image.set(rootDirectory(tree, placed), tree.root * sector);
}

/** Itself, its parent (itself again), then the files in the order of their names. */
function rootDirectory(tree: Tree, placed: readonly Placed[]): Uint8Array {
  const files = placed
    .map(({ file, extent }) => ({ name: tree.name(file.name), extent, size: file.content.length }))
    .sort((a, b) => compare(a.name, b.name))
    .map(({ name, extent, size }) => record(extent, size, 0, name));
  const bytes = [rootRecord(tree, 0), rootRecord(tree, 1), ...files].flatMap((one) => [...one]);
  if (bytes.length > sector)
    throw new Error(`${String(placed.length)} files do not fit the one sector of the root directory`);
  return Uint8Array.from(bytes);
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Primary and supplementary volume descriptor (ECMA-119 clauses 8.4 and 8.5). */
function descriptor(tree: Tree, label: string, sectors: number): Uint8Array {
  const bytes = new Uint8Array(sector);
  const put = (offset: number, value: Iterable<number>): void => bytes.set([...value], offset);
  put(0, [tree.type, ...ascii('CD001'), 1]);
  put(8, tree.text('', 32));
  put(40, tree.text(label, 32));
  put(80, both32(sectors));
  if (tree.type === 2) put(88, ascii('%/E'));
  put(120, [...both16(1), ...both16(1), ...both16(sector)]);
  put(132, [...both32(10), ...little32(tree.tableL), 0, 0, 0, 0, ...big32(tree.tableM)]);
  put(156, rootRecord(tree, 0));
  for (const offset of [190, 318, 446, 574]) put(offset, tree.text('', 128));
  for (const offset of [702, 739, 776]) put(offset, tree.text('', 37));
  for (const offset of [813, 830]) put(offset, ascii(volumeTime));
  for (const offset of [847, 864]) put(offset, ascii(noTime));
  put(881, [1]);
  return bytes;
}
