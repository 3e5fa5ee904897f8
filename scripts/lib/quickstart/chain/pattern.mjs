/**
 * The bytes that test hosts send one another: the same for everybody, so that both ends know the digest of any number.
 */
import { createHash } from 'node:crypto';

export const block = Buffer.alloc(64 * 1024);
for (let at = 0; at < block.length; at++) block[at] = (at * 31 + (at >> 8)) & 0xff;

export function* blocks(bytes) {
  for (let left = bytes; left > 0; left -= block.length) yield left < block.length ? block.subarray(0, left) : block;
}

export function digestOf(bytes) {
  const hash = createHash('sha256');
  for (const part of blocks(bytes)) hash.update(part);
  return hash.digest('hex');
}
