/**
 * virTypedParameter arrays, decoded from one copy of the memory: per parameter 80 bytes of name, a 32-bit type, four
 * bytes of padding and a 64-bit value. From domain to domain the same names come in the same places, so a name is
 * compared with what stood there last and only built when it differs.
 */
import { memcpy, stringAt } from '../bindings.js';

export const recordBytes = 96;
const typeOffset = 80;
const valueOffset = 88;

export type Parameters = ReadonlyMap<string, number | string>;

interface SeenName {
  /** With its NUL. */
  readonly bytes: Buffer;
  readonly text: string;
}

/** What stood at each place last. */
export type SeenNames = SeenName[];

export function decodeParameters(address: bigint, count: number, seen: SeenNames): Parameters {
  const memory = Buffer.allocUnsafe(count * recordBytes);
  if (count > 0) memcpy(memory, address, memory.length);
  return decodeRecords(memory, count, seen);
}

/** Of memory that is here already. */
export function decodeRecords(memory: Buffer, count: number, seen: SeenNames = []): Parameters {
  const decoded = new Map<string, number | string>();
  for (let index = 0; index < count; index++) {
    const offset = index * recordBytes;
    decoded.set(nameAt(memory, offset, index, seen), valueAt(memory, offset));
  }
  return decoded;
}

function nameAt(memory: Buffer, offset: number, index: number, seen: SeenNames): string {
  const last = seen[index];
  if (last?.bytes.compare(memory, offset, offset + last.bytes.length) === 0) return last.text;
  const end = memory.indexOf(0, offset);
  const fresh = { bytes: Buffer.from(memory.subarray(offset, end + 1)), text: memory.toString('latin1', offset, end) };
  seen[index] = fresh;
  return fresh.text;
}

/** virTypedParameterType: 1 int, 2 unsigned, 3 long long, 4 unsigned long long, 5 double, 6 boolean, 7 string. */
function valueAt(memory: Buffer, offset: number): number | string {
  const at = offset + valueOffset;
  switch (memory.readInt32LE(offset + typeOffset)) {
    case 1:
      return memory.readInt32LE(at);
    case 2:
      return memory.readUInt32LE(at);
    case 3:
      return Number(memory.readBigInt64LE(at));
    case 4:
      return memory.readUInt32LE(at) + memory.readUInt32LE(at + 4) * 2 ** 32;
    case 5:
      return memory.readDoubleLE(at);
    case 6:
      return memory.readInt8(at);
    default:
      return stringAt(memory.readBigUInt64LE(at));
  }
}
