/**
 * An image of sectors without its zeros, which it nearly all consists of: a plan that holds it is written, read and sent
 * to a database several times. The length of the image; then, for each stretch of other bytes, where it begins, its length
 * and the bytes. Numbers are 32 bits, little-endian.
 */
const numberBytes = 4;

/** Fewer zeros than the numbers of a stretch take are not worth another one. */
const fewestZeros = 2 * numberBytes + 1;

export function packed(image: Uint8Array): Uint8Array {
  const stretches = stretchesOf(image);
  const length = stretches.reduce((sum, [from, to]) => sum + 2 * numberBytes + to - from, numberBytes);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, image.length, true);
  let at = numberBytes;
  for (const [from, to] of stretches) {
    view.setUint32(at, from, true);
    view.setUint32(at + numberBytes, to - from, true);
    bytes.set(image.subarray(from, to), at + 2 * numberBytes);
    at += 2 * numberBytes + to - from;
  }
  return bytes;
}

export function unpacked(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const image = new Uint8Array(view.getUint32(0, true));
  for (let at = numberBytes; at < bytes.length;) {
    const [to, length] = [view.getUint32(at, true), view.getUint32(at + numberBytes, true)];
    at += 2 * numberBytes;
    image.set(bytes.subarray(at, at + length), to);
    at += length;
  }
  return image;
}

/** Where something is, from and to, in order. */
function stretchesOf(image: Uint8Array): readonly (readonly [number, number])[] {
  const stretches: [number, number][] = [];
  let last: [number, number] | undefined;
  for (let at = 0; at < image.length; at += 1) {
    if (image[at] === 0) continue;
    if (last !== undefined && at - last[1] < fewestZeros) last[1] = at + 1;
    else stretches.push((last = [at, at + 1]));
  }
  return stretches;
}
