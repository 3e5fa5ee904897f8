/** PFCP messages (TS 29.244 7.2): header and information elements. */
import { type Ie, readIes } from './ie.ts';

export const messageTypes = {
  heartbeatRequest: 1,
  heartbeatResponse: 2,
  pfdManagementRequest: 3,
  pfdManagementResponse: 4,
  associationSetupRequest: 5,
  associationSetupResponse: 6,
  associationUpdateRequest: 7,
  associationUpdateResponse: 8,
  associationReleaseRequest: 9,
  associationReleaseResponse: 10,
  versionNotSupportedResponse: 11,
  nodeReportRequest: 12,
  nodeReportResponse: 13,
  sessionSetDeletionRequest: 14,
  sessionSetDeletionResponse: 15,
  sessionEstablishmentRequest: 50,
  sessionEstablishmentResponse: 51,
  sessionModificationRequest: 52,
  sessionModificationResponse: 53,
  sessionDeletionRequest: 54,
  sessionDeletionResponse: 55,
  sessionReportRequest: 56,
  sessionReportResponse: 57,
} as const;

export type MessageName = keyof typeof messageTypes;

const names = new Map<number, MessageName>(
  Object.entries(messageTypes).map(([name, type]) => [type, name as MessageName]),
);

export interface Message {
  readonly name: MessageName;
  readonly seid: bigint | undefined;
  readonly sequence: number;
  readonly ies: readonly Ie[];
}

const seidFlag = 1;

export function writeMessage(
  name: MessageName,
  sequence: number,
  ies: readonly Buffer[],
  seid: bigint | undefined = undefined,
): Buffer {
  const body = Buffer.concat([...ies]);
  const head = Buffer.alloc(seid === undefined ? 8 : 16);
  head[0] = (1 << 5) | (seid === undefined ? 0 : seidFlag);
  head[1] = messageTypes[name];
  head.writeUInt16BE(head.length - 4 + body.length, 2);
  if (seid !== undefined) head.writeBigUInt64BE(seid, 4);
  head.writeUIntBE(sequence, head.length - 4, 3);
  return Buffer.concat([head, body]);
}

export function readMessage(bytes: Buffer): Message {
  if (bytes.length < 8) throw new Error(`${bytes.length} bytes are no PFCP message`);
  const first = bytes.readUInt8(0);
  if (first >> 5 !== 1) throw new Error(`PFCP version ${first >> 5} is not 1`);
  const name = names.get(bytes.readUInt8(1));
  if (name === undefined) throw new Error(`there is no PFCP message of type ${bytes.readUInt8(1)}`);
  const length = bytes.readUInt16BE(2) + 4;
  if (length > bytes.length) throw new Error(`the header says ${length} bytes, ${bytes.length} have come`);
  const head = (first & seidFlag) === 0 ? 8 : 16;
  if (length < head) throw new Error(`${length} bytes are too few for the header of a ${name}`);
  return {
    name,
    seid: head === 16 ? bytes.readBigUInt64BE(4) : undefined,
    sequence: bytes.readUIntBE(head - 4, 3),
    ies: readIes(bytes.subarray(head, length)),
  };
}

/** A request has the even or lower number of its pair, except for the version response, which nobody asks for. */
export const isRequest = (name: MessageName): boolean => name.endsWith('Request');
