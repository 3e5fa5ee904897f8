/** IP addresses as text and as the bytes of the wire. */
import { isIPv4, isIPv6 } from 'node:net';

function bytes4(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number));
}

function groups(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => parseInt(group, 16));
}

/** An IPv4 tail, as in ::ffff:10.0.0.1, written as two groups. */
function withoutTail(text: string): string {
  const at = text.lastIndexOf(':') + 1;
  if (!text.includes('.')) return text;
  const tail = bytes4(text.slice(at));
  return `${text.slice(0, at)}${tail.readUInt16BE(0).toString(16)}:${tail.readUInt16BE(2).toString(16)}`;
}

function bytes6(text: string): Buffer {
  const [head = '', tail] = withoutTail(text).split('::');
  const before = groups(head);
  const after = groups(tail ?? '');
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  const out = Buffer.alloc(16);
  [...before, ...Array<number>(gap).fill(0), ...after].forEach((group, index) => out.writeUInt16BE(group, index * 2));
  return out;
}

/** 4 or 16 bytes. */
export function addressBytes(text: string): Buffer {
  if (isIPv4(text)) return bytes4(text);
  if (isIPv6(text)) return bytes6(text);
  throw new Error(`"${text}" is no IP address`);
}

function text6(bytes: Buffer): string {
  const all = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  const zeros = [...all.join(':').matchAll(/\b0(:0)+\b/g)].sort((a, b) => b[0].length - a[0].length)[0];
  if (zeros === undefined) return all.join(':');
  const text = all.join(':');
  const before = text.slice(0, zeros.index).replace(/:$/, '');
  const after = text.slice(zeros.index + zeros[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}

export function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length === 16) return text6(bytes);
  throw new Error(`an address has 4 or 16 bytes, not ${bytes.length}`);
}
