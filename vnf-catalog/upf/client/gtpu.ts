/** GTP-U headers (TS 29.281 5) with the PDU session container (TS 38.415 5.5). */

export const gtpuPort = 2152;

export const gtpuTypes = {
  echoRequest: 1,
  echoResponse: 2,
  errorIndication: 26,
  supportedExtensionHeaders: 31,
  endMarker: 254,
  gPdu: 255,
} as const;

const containerHeader = 0x85;

export interface GtpuMessage {
  readonly type: number;
  readonly teid: number;
  readonly sequence?: number;
  /** Of the PDU session container. */
  readonly qfi?: number;
  readonly reflective?: boolean;
  /** As the UE's side sends it; else as the network's side does. */
  readonly isUplink?: boolean;
  readonly payload: Buffer;
}

/** Uplink containers are of PDU type 1, downlink ones of type 0. */
function container({ qfi = 0, isUplink = true, reflective = false }: GtpuMessage): Buffer {
  return Buffer.from([1, isUplink ? 0x10 : 0, (qfi & 0x3f) | (reflective ? 0x40 : 0), 0]);
}

export function writeGtpu(message: GtpuMessage): Buffer {
  const { type, teid, sequence, qfi, payload } = message;
  const hasExtension = qfi !== undefined;
  const isLong = hasExtension || sequence !== undefined;
  const extension = hasExtension ? container(message) : Buffer.alloc(0);
  const head = Buffer.alloc(isLong ? 12 : 8);
  head[0] = 0x30 | (hasExtension ? 4 : 0) | (sequence === undefined ? 0 : 2);
  head[1] = type;
  head.writeUInt16BE(head.length - 8 + extension.length + payload.length, 2);
  head.writeUInt32BE(teid, 4);
  if (sequence !== undefined) head.writeUInt16BE(sequence, 8);
  if (hasExtension) head[11] = containerHeader;
  return Buffer.concat([head, extension, payload]);
}

interface Extensions {
  readonly qfi?: number;
  readonly reflective?: boolean;
  readonly isUplink?: boolean;
  readonly end: number;
}

function readExtensions(bytes: Buffer, end: number): Extensions {
  let found: Omit<Extensions, 'end'> = {};
  let next = bytes.readUInt8(11);
  let at = 12;
  while (next !== 0) {
    const length = at < end ? bytes.readUInt8(at) * 4 : 0;
    if (length === 0 || at + length > end) throw new Error(`extension header ${next} is longer than the message`);
    if (next === containerHeader) {
      const isUplink = bytes.readUInt8(at + 1) >> 4 === 1;
      const flags = bytes.readUInt8(at + 2);
      found = { qfi: flags & 0x3f, reflective: !isUplink && (flags & 0x40) !== 0, isUplink };
    }
    next = bytes.readUInt8(at + length - 1);
    at += length;
  }
  return { ...found, end: at };
}

export function readGtpu(bytes: Buffer): GtpuMessage {
  if (bytes.length < 8) throw new Error(`${bytes.length} bytes are no GTP-U message`);
  const flags = bytes.readUInt8(0);
  if (flags >> 4 !== 3) throw new Error(`the first byte ${flags} is not that of GTP-U version 1`);
  const end = 8 + bytes.readUInt16BE(2);
  const isLong = (flags & 7) !== 0;
  if (end > bytes.length || (isLong && end < 12))
    throw new Error(`the header says ${end} bytes, ${bytes.length} have come`);
  const { end: from, ...extensions } = (flags & 4) === 0 ? { end: isLong ? 12 : 8 } : readExtensions(bytes, end);
  return {
    type: bytes.readUInt8(1),
    teid: bytes.readUInt32BE(4),
    ...((flags & 2) === 0 ? {} : { sequence: bytes.readUInt16BE(8) }),
    ...extensions,
    payload: bytes.subarray(from, end),
  };
}
