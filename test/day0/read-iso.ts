/**
 * An independent reader of ISO 9660 for tests: follows only what a guest follows, from the descriptors on, and checks
 * every number that the standard wants twice.
 */
const sector = 2048;

export interface IsoReading {
  readonly label: string;
  readonly sectors: number;
  /** Name -> content, in the order of the directory. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export function readIso(image: Uint8Array, tree: 'primary' | 'joliet'): IsoReading {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const at = descriptor(image, tree === 'primary' ? 1 : 2) * sector;
  const text = (bytes: Uint8Array) => new TextDecoder(tree === 'primary' ? 'latin1' : 'utf-16be').decode(bytes);
  const root = record(view, at + 156);
  if (pathTableRoot(view, at, true) !== root.sector || pathTableRoot(view, at, false) !== root.sector) {
    throw new Error('the path tables do not lead to the root directory');
  }
  const files = new Map<string, Uint8Array>();
  for (const entry of directory(view, root)) {
    if (entry.isDirectory) continue;
    const start = entry.sector * sector;
    files.set(text(entry.identifier), image.subarray(start, start + entry.bytes));
  }
  return { label: text(image.subarray(at + 40, at + 72)).trimEnd(), sectors: both32(view, at + 80), files };
}

function descriptor(image: Uint8Array, type: number): number {
  for (let n = 16; ; n += 1) {
    const found = image[n * sector];
    const id = new TextDecoder().decode(image.subarray(n * sector + 1, n * sector + 6));
    if (id !== 'CD001') throw new Error(`sector ${String(n)} is no volume descriptor`);
    if (found === type) return n;
    if (found === 255) throw new Error(`no volume descriptor of type ${String(type)}`);
  }
}

const pathTableRoot = (view: DataView, at: number, little: boolean): number =>
  view.getUint32(view.getUint32(at + (little ? 140 : 148), little) * sector + 2, little);

function* directory(view: DataView, root: Entry): Generator<Entry> {
  for (let at = 0; at < root.bytes;) {
    const start = root.sector * sector + at;
    const length = view.getUint8(start);
    if (length === 0) at = (Math.floor(at / sector) + 1) * sector;
    else {
      if ((at % sector) + length > sector) throw new Error('a directory record crosses a sector boundary');
      yield record(view, start);
      at += length;
    }
  }
}

interface Entry {
  readonly identifier: Uint8Array;
  readonly sector: number;
  readonly bytes: number;
  readonly isDirectory: boolean;
}

const record = (view: DataView, at: number): Entry => ({
  sector: both32(view, at + 2),
  bytes: both32(view, at + 10),
  isDirectory: (view.getUint8(at + 25) & 2) !== 0,
  identifier: new Uint8Array(view.buffer, view.byteOffset + at + 33, view.getUint8(at + 32)),
});

function both32(view: DataView, at: number): number {
  const value = view.getUint32(at, true);
  if (view.getUint32(at + 4, false) !== value) throw new Error(`byte orders disagree at ${String(at)}`);
  return value;
}
