/**
 * A small ISO 9660 image with Joliet names (ECMA-119; Joliet Specification 1995): a few files in the root directory,
 * the same bytes for the same input. Every guest operating system can read one, without a network.
 *
 *   sector 0-15  system area, empty           21-22  path tables of the Joliet tree
 *          16    primary volume descriptor     23-    root directory, primary, then Joliet
 *          17    Joliet volume descriptor      …      the files, each from a sector of its own
 *          18    end of descriptors
 *          19-20 path tables, little- and big-endian
 */
import { entries, rootDirectory, rootDirectoryBytes, rootRecord, type Extent, type IsoFile } from './directory.js';
import { Fields, latin, padded, sectorBytes, sectorsFor, ucs2, type Encode } from './sectors.js';

/** One of the two trees that name the same files. */
interface Tree {
  readonly joliet: boolean;
  readonly encode: Encode;
  readonly descriptor: number;
  readonly pathTable: number;
  readonly root: Extent;
}

const labelLimit = 16;
const firstDirectory = 23;
const pathTableBytes = 10;

/** Throws when the label or a name cannot stand on the volume. */
export function iso9660(label: string, files: readonly IsoFile[]): Uint8Array {
  if (!/^[\x20-\x7e]+$/.test(label) || label.length > labelLimit) {
    throw new RangeError(`the volume label "${label}" must be 1 to ${String(labelLimit)} ASCII characters`);
  }
  const trees = bothTrees(files);
  const filesAt = Math.max(...trees.map(({ root }) => root.sector + sectorsFor(root.bytes)));
  const sectors = files.reduce((end, file) => end + sectorsFor(file.content.length), filesAt);
  const image = new Fields(sectors * sectorBytes);
  const put = (sector: number, bytes: Uint8Array) => image.put(sector * sectorBytes, bytes);
  for (const tree of trees) {
    put(tree.descriptor, volumeDescriptor(tree, label, sectors));
    put(tree.pathTable, pathTable(tree.root, 'little'));
    put(tree.pathTable + 1, pathTable(tree.root, 'big'));
    put(tree.root.sector, rootDirectory(entries(files, filesAt, tree.joliet), tree.root));
  }
  put(18, descriptorStart(255));
  let sector = filesAt;
  for (const { content } of files) {
    put(sector, content);
    sector += sectorsFor(content.length);
  }
  return image.bytes;
}

/** The size of a directory does not depend on where its files stand. */
function bothTrees(files: readonly IsoFile[]): readonly Tree[] {
  const primary = { sector: firstDirectory, bytes: rootDirectoryBytes(entries(files, 0, false)) };
  const sector = firstDirectory + sectorsFor(primary.bytes);
  const joliet = { sector, bytes: rootDirectoryBytes(entries(files, 0, true)) };
  return [
    { joliet: false, encode: latin, descriptor: 16, pathTable: 19, root: primary },
    { joliet: true, encode: ucs2, descriptor: 17, pathTable: 21, root: joliet },
  ];
}

/** Clause 8.1: type, `CD001`, version. */
const descriptorStart = (type: number): Uint8Array =>
  new Fields(7).byte(0, type).put(1, latin('CD001')).byte(6, 1).bytes;

/** Clauses 8.4 (primary) and 8.5 (supplementary); dates are unspecified, identifiers but the label empty. */
function volumeDescriptor(tree: Tree, label: string, sectors: number): Uint8Array {
  const fields = new Fields(sectorBytes)
    .put(0, descriptorStart(tree.joliet ? 2 : 1))
    .put(8, padded(tree.encode, '', 32))
    .put(40, padded(tree.encode, label, 32))
    .both32(80, sectors)
    .both16(120, 1)
    .both16(124, 1)
    .both16(128, sectorBytes)
    .both32(132, pathTableBytes)
    .little32(140, tree.pathTable)
    .big32(148, tree.pathTable + 1)
    .put(156, rootRecord(tree.root, 0))
    .put(190, padded(tree.encode, '', 623))
    .byte(881, 1);
  for (const date of [813, 830, 847, 864]) fields.fill(date, 16, 0x30);
  // Joliet clause 3: UCS-2 level 3.
  return (tree.joliet ? fields.put(88, latin('%/E')) : fields).bytes;
}

/** Clause 9.4: the root is the only directory. */
function pathTable(root: Extent, order: 'little' | 'big'): Uint8Array {
  const fields = new Fields(pathTableBytes).byte(0, 1);
  return order === 'little'
    ? fields.little32(2, root.sector).byte(6, 1).bytes
    : fields.big32(2, root.sector).byte(7, 1).bytes;
}
