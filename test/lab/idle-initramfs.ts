/** A root file system for a guest that is to have a kernel and nothing else: its only program waits for ever. */

const pageBytes = 0x1000;
const loadedAt = 0x400000;
const headersBytes = 64 + 56;

/** `pause()` over and over, as x86-64 Linux runs it. */
const code = Buffer.from([0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7]);

/** An executable of one segment (ELF-64, System V ABI). */
function program(): Buffer {
  const file = Buffer.alloc(headersBytes + code.length);
  file.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  file.writeUInt16LE(2, 16); // an executable
  file.writeUInt16LE(62, 18); // for x86-64
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(loadedAt + headersBytes), 24);
  file.writeBigUInt64LE(64n, 32); // where the program header stands
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, 64); // loaded
  file.writeUInt32LE(5, 68); // to be read and executed
  file.writeBigUInt64LE(BigInt(loadedAt), 80);
  file.writeBigUInt64LE(BigInt(loadedAt), 88);
  file.writeBigUInt64LE(BigInt(file.length), 96);
  file.writeBigUInt64LE(BigInt(file.length), 104);
  file.writeBigUInt64LE(BigInt(pageBytes), 112);
  code.copy(file, headersBytes);
  return file;
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

/** One file of a cpio archive in the format `newc` that the kernel unpacks. */
function entry(name: string, mode: number, content: Buffer): Buffer {
  const fields = [0, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length + 1, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
  return Buffer.concat([padded(Buffer.from(header, 'latin1')), padded(content)]);
}

export const idleInitramfs = (): Buffer =>
  Buffer.concat([entry('init', 0o100755, program()), entry('TRAILER!!!', 0, Buffer.alloc(0))]);
