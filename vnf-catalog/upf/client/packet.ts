/** The few kinds of IP packets that a UE of this client sends and understands: echo, UDP, the first steps of TCP. */
import { addressBytes, addressText } from './address.ts';

export const protocols = { icmp: 1, tcp: 6, udp: 17, icmp6: 58 } as const;

export interface Packet {
  readonly from: string;
  readonly to: string;
  readonly protocol: number;
  readonly hops: number;
  readonly payload: Buffer;
}

function sum(bytes: Buffer, before = 0): number {
  let total = before;
  for (let at = 0; at + 1 < bytes.length; at += 2) total += bytes.readUInt16BE(at);
  if (bytes.length % 2 === 1) total += bytes.readUInt8(bytes.length - 1) << 8;
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}

/** The Internet checksum (RFC 1071). */
export const checksum = (bytes: Buffer, before = 0): number => ~sum(bytes, before) & 0xffff;

/** Of a transport header over IPv4 or IPv6, whose addresses count as well. */
function pseudo(from: Buffer, to: Buffer, protocol: number, length: number): number {
  const tail = Buffer.alloc(8);
  tail.writeUInt32BE(length, 0);
  tail.writeUInt32BE(protocol, 4);
  return sum(Buffer.concat([from, to, tail]));
}

const checksumAt: Readonly<Record<number, number>> = {
  [protocols.icmp]: 2,
  [protocols.icmp6]: 2,
  [protocols.tcp]: 16,
  [protocols.udp]: 6,
};

function withChecksum(from: Buffer, to: Buffer, protocol: number, payload: Buffer): Buffer {
  const at = checksumAt[protocol];
  if (at === undefined) return payload;
  const out = Buffer.from(payload);
  out.writeUInt16BE(0, at);
  const before = protocol === protocols.icmp ? 0 : pseudo(from, to, protocol, payload.length);
  // A UDP checksum of 0 would say that there is none.
  out.writeUInt16BE(checksum(out, before) || (protocol === protocols.udp ? 0xffff : 0), at);
  return out;
}

export function writePacket({ from, to, protocol, hops, payload }: Packet): Buffer {
  const [source, destination] = [addressBytes(from), addressBytes(to)];
  const body = withChecksum(source, destination, protocol, payload);
  if (source.length === 16) {
    const head = Buffer.alloc(8);
    head[0] = 0x60;
    head.writeUInt16BE(body.length, 4);
    head[6] = protocol;
    head[7] = hops;
    return Buffer.concat([head, source, destination, body]);
  }
  const head = Buffer.alloc(20);
  head[0] = 0x45;
  head.writeUInt16BE(20 + body.length, 2);
  head[8] = hops;
  head[9] = protocol;
  source.copy(head, 12);
  destination.copy(head, 16);
  head.writeUInt16BE(checksum(head), 10);
  return Buffer.concat([head, body]);
}

export function readPacket(bytes: Buffer): Packet {
  const version = bytes.length === 0 ? 0 : bytes.readUInt8(0) >> 4;
  if (version === 4 && bytes.length >= 20) {
    const from = (bytes.readUInt8(0) & 15) * 4;
    return {
      from: addressText(bytes.subarray(12, 16)),
      to: addressText(bytes.subarray(16, 20)),
      protocol: bytes.readUInt8(9),
      hops: bytes.readUInt8(8),
      payload: bytes.subarray(from, bytes.readUInt16BE(2)),
    };
  }
  if (version === 6 && bytes.length >= 40)
    return {
      from: addressText(bytes.subarray(8, 24)),
      to: addressText(bytes.subarray(24, 40)),
      protocol: bytes.readUInt8(6),
      hops: bytes.readUInt8(7),
      payload: bytes.subarray(40, 40 + bytes.readUInt16BE(4)),
    };
  throw new Error(`${bytes.length} bytes are no IP packet`);
}

/** An echo request; `bytes` is what stands behind its header. */
export function echoRequest(from: string, to: string, id: number, sequence: number, bytes = 56): Buffer {
  const isV6 = from.includes(':');
  const payload = Buffer.alloc(8 + bytes, 0x61);
  payload[0] = isV6 ? 128 : 8;
  payload[1] = 0;
  payload.writeUInt16BE(id, 4);
  payload.writeUInt16BE(sequence, 6);
  return writePacket({ from, to, protocol: isV6 ? protocols.icmp6 : protocols.icmp, hops: 64, payload });
}

/** The number of the echo request that a packet answers; undefined for any other packet. */
export function echoAnswered({ protocol, payload }: Packet, id: number): number | undefined {
  const type = { [protocols.icmp]: 0, [protocols.icmp6]: 129 }[protocol];
  if (type === undefined || payload.length < 8 || payload.readUInt8(0) !== type) return undefined;
  return payload.readUInt16BE(4) === id ? payload.readUInt16BE(6) : undefined;
}

export interface Ports {
  readonly from: number;
  readonly to: number;
}

export function udp(from: string, to: string, ports: Ports, bytes: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(ports.from, 0);
  head.writeUInt16BE(ports.to, 2);
  head.writeUInt16BE(8 + bytes.length, 4);
  return writePacket({ from, to, protocol: protocols.udp, hops: 64, payload: Buffer.concat([head, bytes]) });
}

export const tcpFlags = { fin: 1, syn: 2, reset: 4, acknowledge: 16 } as const;

/** A TCP segment without data. */
export function tcp(from: string, to: string, ports: Ports, sequence: number, flags: number, acknowledged = 0): Buffer {
  const payload = Buffer.alloc(20);
  payload.writeUInt16BE(ports.from, 0);
  payload.writeUInt16BE(ports.to, 2);
  payload.writeUInt32BE(sequence, 4);
  payload.writeUInt32BE(acknowledged, 8);
  payload[12] = 5 << 4;
  payload[13] = flags;
  payload.writeUInt16BE(0xffff, 14);
  return writePacket({ from, to, protocol: protocols.tcp, hops: 64, payload });
}
