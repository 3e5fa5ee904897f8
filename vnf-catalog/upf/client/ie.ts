/** Information elements of PFCP (TS 29.244 8.1): numbers, framing, and the ones whose value is one number. */

export const ieTypes = {
  createPdr: 1,
  pdi: 2,
  createFar: 3,
  forwardingParameters: 4,
  createUrr: 6,
  createQer: 7,
  createdPdr: 8,
  updatePdr: 9,
  updateFar: 10,
  updateForwardingParameters: 11,
  updateBarInReport: 12,
  updateUrr: 13,
  updateQer: 14,
  removePdr: 15,
  removeFar: 16,
  removeUrr: 17,
  removeQer: 18,
  cause: 19,
  sourceInterface: 20,
  fTeid: 21,
  networkInstance: 22,
  sdfFilter: 23,
  gateStatus: 25,
  mbr: 26,
  precedence: 29,
  volumeThreshold: 31,
  timeThreshold: 32,
  inactivityDetectionTime: 36,
  reportingTriggers: 37,
  reportType: 39,
  offendingIe: 40,
  destinationInterface: 42,
  upFunctionFeatures: 43,
  applyAction: 44,
  smReqFlags: 49,
  srRspFlags: 50,
  pdrId: 56,
  fSeid: 57,
  nodeId: 60,
  measurementMethod: 62,
  usageReportTrigger: 63,
  measurementPeriod: 64,
  volumeMeasurement: 66,
  durationMeasurement: 67,
  timeOfFirstPacket: 69,
  volumeQuota: 73,
  timeQuota: 74,
  queryUrr: 77,
  usageReportInModification: 78,
  usageReportInDeletion: 79,
  usageReport: 80,
  urrId: 81,
  downlinkDataReport: 83,
  outerHeaderCreation: 84,
  createBar: 85,
  updateBar: 86,
  removeBar: 87,
  barId: 88,
  ueIpAddress: 93,
  outerHeaderRemoval: 95,
  recoveryTimeStamp: 96,
  errorIndicationReport: 99,
  nodeReportType: 101,
  userPlanePathFailureReport: 102,
  remoteGtpuPeer: 103,
  urSeqn: 104,
  farId: 108,
  qerId: 109,
  failedRuleId: 114,
  rqi: 123,
  qfi: 124,
  suggestedBufferingPacketsCount: 140,
  eventQuota: 148,
  eventThreshold: 149,
  framedRoute: 153,
  framedIpv6Route: 155,
  timeStamp: 156,
} as const;

export type IeName = keyof typeof ieTypes;

const names = new Map<number, IeName>(Object.entries(ieTypes).map(([name, type]) => [type, name as IeName]));

/** Those whose value is a list of others. */
const groups = new Set<IeName>([
  ...(['createPdr', 'pdi', 'createFar', 'forwardingParameters', 'createUrr', 'createQer', 'createdPdr'] as const),
  ...(['updatePdr', 'updateFar', 'updateForwardingParameters', 'updateBarInReport', 'updateUrr', 'updateQer'] as const),
  ...(['removePdr', 'removeFar', 'removeUrr', 'removeQer', 'queryUrr', 'createBar', 'updateBar', 'removeBar'] as const),
  ...(['usageReportInModification', 'usageReportInDeletion', 'usageReport', 'downlinkDataReport'] as const),
  ...(['errorIndicationReport', 'userPlanePathFailureReport'] as const),
]);

export interface Ie {
  readonly type: number;
  /** Undefined for a type that this client does not know. */
  readonly name: IeName | undefined;
  readonly value: Buffer;
  /** Of a group. */
  readonly within: readonly Ie[];
}

/** An information element in bytes; a group is given as its parts. */
export function ie(name: IeName, value: Buffer | readonly Buffer[]): Buffer {
  const body = Buffer.isBuffer(value) ? value : Buffer.concat([...value]);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(ieTypes[name], 0);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

export const u8 = (name: IeName, value: number): Buffer => ie(name, Buffer.from([value]));

export function u16(name: IeName, value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return ie(name, bytes);
}

export function u32(name: IeName, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return ie(name, bytes);
}

export function readIes(bytes: Buffer): readonly Ie[] {
  const list: Ie[] = [];
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < 4) throw new Error(`${bytes.length - at} bytes at the end are no information element`);
    const type = bytes.readUInt16BE(at);
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) throw new Error(`information element ${type} is longer than what it stands in`);
    const value = bytes.subarray(at + 4, end);
    const name = names.get(type);
    list.push({ type, name, value, within: name !== undefined && groups.has(name) ? readIes(value) : [] });
    at = end;
  }
  return list;
}

export const find = (list: readonly Ie[], name: IeName): Ie | undefined => list.find((each) => each.name === name);
export const findAll = (list: readonly Ie[], ...wanted: readonly IeName[]): readonly Ie[] =>
  list.filter((each) => each.name !== undefined && wanted.includes(each.name));

/** The number in an element of 1, 2 or 4 bytes, such as a rule id. */
export function numberIn(list: readonly Ie[], name: IeName): number | undefined {
  const found = find(list, name);
  if (found === undefined) return undefined;
  const { length } = found.value;
  if (length !== 1 && length !== 2 && length !== 4) throw new Error(`${name} has ${length} bytes, and not 1, 2 or 4`);
  return found.value.readUIntBE(0, length);
}
