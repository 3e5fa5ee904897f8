/**
 * The byte forms of ECMA-119 (ISO 9660): sectors, both-byte-order numbers, padded text.
 */
export const sectorBytes = 2048;

export const sectorsFor = (bytes: number): number => Math.ceil(bytes / sectorBytes);

/** One piece of the image, written field by field at the offsets that the standard gives (byte positions less one). */
export class Fields {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  byte(at: number, value: number): this {
    this.#view.setUint8(at, value);
    return this;
  }

  /** Clause 7.2.3: little-endian, then big-endian. */
  both16(at: number, value: number): this {
    this.#view.setUint16(at, value, true);
    this.#view.setUint16(at + 2, value, false);
    return this;
  }

  little32(at: number, value: number): this {
    this.#view.setUint32(at, value, true);
    return this;
  }

  big32(at: number, value: number): this {
    this.#view.setUint32(at, value, false);
    return this;
  }

  /** Clause 7.3.3. */
  both32(at: number, value: number): this {
    return this.little32(at, value).big32(at + 4, value);
  }

  put(at: number, bytes: Uint8Array): this {
    this.bytes.set(bytes, at);
    return this;
  }

  fill(at: number, length: number, value: number): this {
    this.bytes.fill(value, at, at + length);
    return this;
  }
}

/** A text in the encoding of one of the two trees, cut or filled with spaces to `length` bytes. */
export type Encode = (text: string) => Uint8Array;

export const latin: Encode = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);

/** UCS-2, big-endian: Joliet. */
export const ucs2: Encode = (text) => {
  const fields = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i += 1) {
    fields[2 * i] = text.charCodeAt(i) >> 8;
    fields[2 * i + 1] = text.charCodeAt(i) & 0xff;
  }
  return fields;
};

export function padded(encode: Encode, text: string, length: number): Uint8Array {
  const encoded = encode(text + ' '.repeat(length));
  return encoded.slice(0, length);
}
