/**
 * What the head of a disk image says (QEMU docs/interop/qcow2.txt). A qcow2 that refers to other files would make QEMU
 * open files of the host: such an image never gets past onboarding.
 */
export type DiskHead =
  | {
      readonly format: 'qcow2';
      readonly virtualSizeBytes: number;
      readonly refersOut: boolean;
      readonly encrypted: boolean;
    }
  /** A format with a signature of its own that is neither qcow2 nor raw. */
  | { readonly format: 'other'; readonly name: string }
  /** No known signature: a raw disk has none either. */
  | { readonly format: 'unmarked' }
  | { readonly format: 'broken'; readonly why: string };

/** Bytes that suffice: the header with its extensions lies in the first cluster. */
export const diskHeadBytes = 65_536;

const qcow2Magic = 0x514649fb;
const externalDataFile = 1n << 2n;
const dataFileExtension = 0x44415441;

const signatures: readonly (readonly [string, readonly number[]])[] = [
  ['vmdk', [0x4b, 0x44, 0x4d, 0x56]],
  ['vmdk', [...'# Disk DescriptorFile'].map((letter) => letter.charCodeAt(0))],
  ['vhdx', [...'vhdxfile'].map((letter) => letter.charCodeAt(0))],
  ['vhd', [...'conectix'].map((letter) => letter.charCodeAt(0))],
  ['qed', [0x51, 0x45, 0x44, 0x00]],
  ['gzip', [0x1f, 0x8b]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
];

export function readDiskHead(bytes: Uint8Array): DiskHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 4 && view.getUint32(0) === qcow2Magic) return readQcow2(view);
  const known = signatures.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte));
  return known === undefined ? { format: 'unmarked' } : { format: 'other', name: known[0] };
}

function readQcow2(view: DataView): DiskHead {
  if (view.byteLength < 72) return { format: 'broken', why: 'its header is cut short' };
  const version = view.getUint32(4);
  if (version !== 2 && version !== 3) return { format: 'broken', why: `its version is ${version}` };
  if (version === 3 && view.byteLength < 104) return { format: 'broken', why: 'its header is cut short' };
  const size = view.getBigUint64(24);
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) return { format: 'broken', why: `its virtual size is ${size}` };
  const incompatible = version === 3 ? view.getBigUint64(72) : 0n;
  return {
    format: 'qcow2',
    virtualSizeBytes: Number(size),
    refersOut: view.getBigUint64(8) !== 0n || (incompatible & externalDataFile) !== 0n || namesDataFile(view, version),
    encrypted: view.getUint32(32) !== 0,
  };
}

/** Walks the header extensions: type, length, data padded to eight bytes; type 0 ends them. */
function namesDataFile(view: DataView, version: number): boolean {
  let offset = version === 3 ? view.getUint32(100) : 72;
  while (offset + 8 <= view.byteLength) {
    const type = view.getUint32(offset);
    if (type === dataFileExtension) return true;
    if (type === 0) return false;
    offset += 8 + Math.ceil(view.getUint32(offset + 4) / 8) * 8;
  }
  return false;
}
