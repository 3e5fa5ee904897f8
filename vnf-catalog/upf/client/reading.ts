/** What the UPF answered and reported, as plain objects that can be printed and compared. */
import { addressText } from './address.ts';
import { find, findAll, type Ie, numberIn } from './ie.ts';
import { type Message } from './message.ts';
import { type Tunnel } from './rules.ts';

export interface CreatedPdr {
  readonly id: number | undefined;
  readonly tunnel?: Tunnel;
  readonly ue?: { readonly v4?: string; readonly v6?: string };
}

export interface UsageReport {
  readonly urr: number | undefined;
  readonly number: number | undefined;
  readonly triggers: readonly string[];
  readonly volume?: { readonly total?: number; readonly up?: number; readonly down?: number };
  readonly seconds?: number;
  /** When each event was that is told. */
  readonly events?: readonly string[];
}

const triggers = [
  ...['periodic', 'volumeThreshold', 'timeThreshold', 'quotaHolding', 'start', 'stop', 'dropped', 'immediate'],
  ...['volumeQuota', 'timeQuota', 'linked', 'termination', 'monitoringTime', 'envelope', 'mac', 'eventThreshold'],
  ...['eventQuota'],
];

const reportTypes = ['downlinkData', 'usage', 'errorIndication', 'inactivity'];

const flagged = (bytes: Buffer, names: readonly string[]): readonly string[] =>
  names.filter((_, index) => ((bytes[index >> 3] ?? 0) & (1 << (index & 7))) !== 0);

export function readTunnel({ value }: Ie): Tunnel {
  const length = (value.readUInt8(0) & 1) !== 0 ? 4 : 16;
  return { teid: value.readUInt32BE(1), address: addressText(value.subarray(5, 5 + length)) };
}

function readUe({ value }: Ie): NonNullable<CreatedPdr['ue']> {
  const flags = value.readUInt8(0);
  const at6 = (flags & 2) === 0 ? 1 : 5;
  return {
    ...((flags & 2) === 0 ? {} : { v4: addressText(value.subarray(1, 5)) }),
    ...((flags & 1) === 0 ? {} : { v6: addressText(value.subarray(at6, at6 + 16)) }),
  };
}

function readCreated({ within }: Ie): CreatedPdr {
  const tunnel = find(within, 'fTeid');
  const ue = find(within, 'ueIpAddress');
  return {
    id: numberIn(within, 'pdrId'),
    ...(tunnel === undefined ? {} : { tunnel: readTunnel(tunnel) }),
    ...(ue === undefined ? {} : { ue: readUe(ue) }),
  };
}

function readVolume({ value }: Ie): NonNullable<UsageReport['volume']> {
  const names = ['total', 'up', 'down'] as const;
  const there = names.filter((_, index) => (value.readUInt8(0) & (1 << index)) !== 0);
  return Object.fromEntries(there.map((name, index) => [name, Number(value.readBigUInt64BE(1 + index * 8))]));
}

/** Seconds since 1900. */
const readTime = ({ value }: Ie): string => new Date((value.readUInt32BE(0) - 2_208_988_800) * 1000).toISOString();

function readUsage({ within }: Ie): UsageReport {
  const trigger = find(within, 'usageReportTrigger');
  const volume = find(within, 'volumeMeasurement');
  const seconds = numberIn(within, 'durationMeasurement');
  const events = findAll(within, 'timeStamp').map(readTime);
  return {
    urr: numberIn(within, 'urrId'),
    number: numberIn(within, 'urSeqn'),
    triggers: trigger === undefined ? [] : flagged(trigger.value, triggers),
    ...(volume === undefined ? {} : { volume: readVolume(volume) }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(events.length === 0 ? {} : { events }),
  };
}

function failedRule({ value }: Ie): string {
  const kind = ['PDR', 'FAR', 'QER', 'URR', 'BAR'][value.readUInt8(0) & 0x1f] ?? 'rule';
  return `${kind} ${value.readUIntBE(1, value.length - 1)}`;
}

/** Type 0 or 1 and an address, or 2 and the labels of a name (8.2.38). */
function readNodeId({ value }: Ie): string {
  if ((value.readUInt8(0) & 0xf) < 2) return addressText(value.subarray(1));
  const labels: string[] = [];
  for (let at = 1; at < value.length; at += 1 + value.readUInt8(at))
    labels.push(value.toString('latin1', at + 1, at + 1 + value.readUInt8(at)));
  return labels.join('.');
}

export interface Answer {
  readonly message: string;
  /** 1: accepted (TS 29.244 8.2.1). */
  readonly cause?: number;
  readonly offendingIe?: number;
  readonly failedRule?: string;
  /** The UPF's own, for the messages that follow. */
  readonly upSeid?: bigint;
  readonly recovery?: number;
  /** The sender: an address or a domain name. */
  readonly nodeId?: string;
  readonly created: readonly CreatedPdr[];
  readonly usage: readonly UsageReport[];
  readonly reports: readonly string[];
  /** PDRs whose downlink data waits or was dropped. */
  readonly downlinkPdrs: readonly number[];
  readonly badPeers: readonly Tunnel[];
}

const maybe = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };

export function readAnswer({ name, ies }: Message): Answer {
  const fSeid = find(ies, 'fSeid');
  const rule = find(ies, 'failedRuleId');
  const node = find(ies, 'nodeId');
  const type = find(ies, 'reportType');
  const downlink = findAll(ies, 'downlinkDataReport').flatMap(({ within }) => findAll(within, 'pdrId'));
  const errors = findAll(ies, 'errorIndicationReport').flatMap(({ within }) => findAll(within, 'fTeid'));
  return {
    message: name,
    ...maybe('cause', numberIn(ies, 'cause')),
    ...maybe('offendingIe', numberIn(ies, 'offendingIe')),
    ...maybe('failedRule', rule === undefined ? undefined : failedRule(rule)),
    ...maybe('upSeid', fSeid?.value.readBigUInt64BE(1)),
    ...maybe('recovery', numberIn(ies, 'recoveryTimeStamp')),
    ...maybe('nodeId', node === undefined ? undefined : readNodeId(node)),
    created: findAll(ies, 'createdPdr').map(readCreated),
    usage: findAll(ies, 'usageReport', 'usageReportInDeletion', 'usageReportInModification').map(readUsage),
    reports: type === undefined ? [] : flagged(type.value, reportTypes),
    downlinkPdrs: downlink.map(({ value }) => value.readUInt16BE(0)),
    badPeers: errors.map(readTunnel),
  };
}
