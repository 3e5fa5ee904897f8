/** Rules as scenarios write them, and the information elements that they become (TS 29.244 7.5.2 to 7.5.4). */
import { isIPv6 } from 'node:net';
import { addressBytes } from './address.ts';
import { ie, type IeName, u16, u32, u8 } from './ie.ts';

export type Side = 'access' | 'core' | 'sgi' | 'cp';
export type Action = 'drop' | 'forward' | 'buffer' | 'notify';
export type Trigger = keyof typeof triggerBits;

export interface Pdr {
  readonly id: number;
  readonly precedence?: number;
  readonly source?: Side;
  readonly instance?: string;
  /** The local TEID with its address; with `choose` the UPF gives one, the same one for the same `chooseId`. */
  readonly tunnel?: { readonly choose?: boolean; readonly chooseId?: number; readonly v6?: boolean } & Partial<Tunnel>;
  readonly ue?: { readonly v4?: string; readonly v6?: string; readonly choose?: 'v4' | 'v6' | 'both' };
  readonly filters?: readonly string[];
  readonly qfis?: readonly number[];
  readonly removal?: number;
  readonly far?: number;
  readonly qers?: readonly number[];
  readonly urrs?: readonly number[];
  readonly framedRoutes?: readonly string[];
}

export interface Tunnel {
  readonly teid: number;
  readonly address: string;
}

export interface Far {
  readonly id: number;
  readonly actions?: readonly Action[];
  readonly destination?: Side;
  readonly instance?: string;
  readonly tunnel?: Tunnel;
  readonly bar?: number;
  /** Of an update: the old peer gets an end marker. */
  readonly endMarker?: boolean;
}

export interface Qer {
  readonly id: number;
  readonly closed?: readonly ('up' | 'down')[];
  readonly mbrUpKbps?: number;
  readonly mbrDownKbps?: number;
  readonly qfi?: number;
  readonly reflective?: boolean;
}

export interface Volume {
  readonly total?: number;
  readonly up?: number;
  readonly down?: number;
}

export interface Urr {
  readonly id: number;
  readonly measures?: readonly ('duration' | 'volume' | 'event')[];
  readonly triggers?: readonly Trigger[];
  readonly periodSeconds?: number;
  readonly volumeThreshold?: Volume;
  readonly volumeQuota?: Volume;
  readonly timeThresholdSeconds?: number;
  readonly timeQuotaSeconds?: number;
  readonly eventThreshold?: number;
  readonly eventQuota?: number;
  readonly inactivitySeconds?: number;
}

export interface Bar {
  readonly id: number;
  readonly packets?: number;
}

/** What a session establishment or modification asks for. */
export interface RuleChanges {
  readonly createPdrs?: readonly Pdr[];
  readonly createFars?: readonly Far[];
  readonly createQers?: readonly Qer[];
  readonly createUrrs?: readonly Urr[];
  readonly createBars?: readonly Bar[];
  readonly updatePdrs?: readonly Pdr[];
  readonly updateFars?: readonly Far[];
  readonly updateQers?: readonly Qer[];
  readonly updateUrrs?: readonly Urr[];
  readonly removePdrs?: readonly number[];
  readonly removeFars?: readonly number[];
  readonly removeQers?: readonly number[];
  readonly removeUrrs?: readonly number[];
  readonly queryUrrs?: readonly number[];
}

const sides: Readonly<Record<Side, number>> = { access: 0, core: 1, sgi: 2, cp: 3 };
const actions: Readonly<Record<Action, number>> = { drop: 1, forward: 2, buffer: 4, notify: 8 };
const measures = { duration: 1, volume: 2, event: 4 } as const;

/** Octets 5, 6 and 7 of the reporting triggers, the first octet lowest (8.2.19). */
const triggerBits = {
  periodic: 1 << 0,
  volumeThreshold: 1 << 1,
  timeThreshold: 1 << 2,
  startOfTraffic: 1 << 4,
  stopOfTraffic: 1 << 5,
  linkedUsage: 1 << 7,
  volumeQuota: 1 << 8,
  timeQuota: 1 << 9,
  eventThreshold: 1 << 12,
  eventQuota: 1 << 13,
} as const;

/** Parts of which the absent ones are left out. */
const present = (...parts: readonly (Buffer | readonly Buffer[] | undefined)[]): Buffer[] =>
  parts.flatMap((part) => (part === undefined ? [] : Buffer.isBuffer(part) ? [part] : [...part]));

const when = <T>(value: T | undefined, make: (value: T) => Buffer): Buffer | undefined =>
  value === undefined ? undefined : make(value);

const text = (name: IeName, value: string): Buffer => ie(name, Buffer.from(value));

function fTeid(tunnel: NonNullable<Pdr['tunnel']>): Buffer {
  const { teid, address, choose = false, chooseId } = tunnel;
  const v6 = tunnel.v6 ?? (address !== undefined && isIPv6(address));
  const flags = (v6 ? 2 : 1) | (choose ? 4 : 0) | (chooseId === undefined ? 0 : 8);
  if (choose) return ie('fTeid', Buffer.from(chooseId === undefined ? [flags] : [flags, chooseId]));
  if (teid === undefined || address === undefined) throw new Error('a tunnel has a teid and an address, or choose');
  const number = Buffer.alloc(4);
  number.writeUInt32BE(teid);
  return ie('fTeid', [Buffer.from([flags]), number, addressBytes(address)]);
}

function ueAddress(ue: NonNullable<Pdr['ue']>, isDestination: boolean): Buffer {
  const chosen = ue.choose === undefined ? 0 : { v4: 16, v6: 32, both: 48 }[ue.choose];
  const flags = (ue.v6 === undefined ? 0 : 1) | (ue.v4 === undefined ? 0 : 2) | (isDestination ? 4 : 0) | chosen;
  return ie('ueIpAddress', present(Buffer.from([flags]), when(ue.v4, addressBytes), when(ue.v6, addressBytes)));
}

function sdfFilter(description: string): Buffer {
  const bytes = Buffer.from(description);
  const head = Buffer.from([1, 0, bytes.length >> 8, bytes.length & 0xff]);
  return ie('sdfFilter', [head, bytes]);
}

function pdi(pdr: Pdr, source: Side): Buffer {
  return ie(
    'pdi',
    present(
      u8('sourceInterface', sides[source]),
      when(pdr.tunnel, fTeid),
      when(pdr.instance, (instance) => text('networkInstance', instance)),
      when(pdr.ue, (ue) => ueAddress(ue, source !== 'access')),
      pdr.filters?.map(sdfFilter),
      pdr.qfis?.map((qfi) => u8('qfi', qfi)),
      pdr.framedRoutes?.map((route) => text(route.includes(':') ? 'framedIpv6Route' : 'framedRoute', route)),
    ),
  );
}

const writePdr = (name: 'createPdr' | 'updatePdr', pdr: Pdr): Buffer =>
  ie(
    name,
    present(
      u16('pdrId', pdr.id),
      when(pdr.precedence, (value) => u32('precedence', value)),
      when(pdr.source, (source) => pdi(pdr, source)),
      when(pdr.removal, (value) => u8('outerHeaderRemoval', value)),
      when(pdr.far, (id) => u32('farId', id)),
      pdr.urrs?.map((id) => u32('urrId', id)),
      pdr.qers?.map((id) => u32('qerId', id)),
    ),
  );

function outerHeader({ teid, address }: Tunnel): Buffer {
  const head = Buffer.alloc(6);
  head[0] = isIPv6(address) ? 2 : 1;
  head.writeUInt32BE(teid, 2);
  return ie('outerHeaderCreation', [head, addressBytes(address)]);
}

function forwarding(far: Far, name: 'forwardingParameters' | 'updateForwardingParameters'): Buffer | undefined {
  const parts = present(
    when(far.destination, (side) => u8('destinationInterface', sides[side])),
    when(far.instance, (instance) => text('networkInstance', instance)),
    when(far.tunnel, outerHeader),
    far.endMarker === true ? u8('smReqFlags', 2) : undefined,
  );
  return parts.length === 0 ? undefined : ie(name, parts);
}

const writeFar = (name: 'createFar' | 'updateFar', far: Far): Buffer =>
  ie(
    name,
    present(
      u32('farId', far.id),
      when(far.actions, (list) =>
        u8(
          'applyAction',
          list.reduce((sum, action) => sum | actions[action], 0),
        ),
      ),
      forwarding(far, name === 'createFar' ? 'forwardingParameters' : 'updateForwardingParameters'),
      when(far.bar, (id) => u8('barId', id)),
    ),
  );

/** Two numbers of 40 bits (8.2.8). */
function rates(up: number, down: number): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.writeUIntBE(up, 0, 5);
  bytes.writeUIntBE(down, 5, 5);
  return ie('mbr', bytes);
}

function writeQer(name: 'createQer' | 'updateQer', qer: Qer): Buffer {
  const gate = (way: 'up' | 'down') => (qer.closed?.includes(way) === true ? 1 : 0);
  const isLimited = qer.mbrUpKbps !== undefined || qer.mbrDownKbps !== undefined;
  const most = 2 ** 40 - 1;
  return ie(
    name,
    present(
      u32('qerId', qer.id),
      name === 'createQer' || qer.closed !== undefined ? u8('gateStatus', (gate('up') << 2) | gate('down')) : undefined,
      isLimited ? rates(qer.mbrUpKbps ?? most, qer.mbrDownKbps ?? most) : undefined,
      when(qer.qfi, (qfi) => u8('qfi', qfi)),
      qer.reflective === true ? u8('rqi', 1) : undefined,
    ),
  );
}

function volume(name: IeName, { total, up, down }: Volume): Buffer {
  const numbers = [total, up, down].map((number) => {
    if (number === undefined) return undefined;
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(number));
    return bytes;
  });
  const flags = numbers.reduce((sum, number, index) => sum | (number === undefined ? 0 : 1 << index), 0);
  return ie(name, present(Buffer.from([flags]), ...numbers));
}

function writeUrr(name: 'createUrr' | 'updateUrr', urr: Urr): Buffer {
  const bits = (urr.triggers ?? []).reduce((sum, trigger) => sum | triggerBits[trigger], 0);
  const method = (urr.measures ?? ['volume']).reduce((sum, each) => sum | measures[each], 0);
  const isCreated = name === 'createUrr';
  return ie(
    name,
    present(
      u32('urrId', urr.id),
      isCreated || urr.measures !== undefined ? u8('measurementMethod', method) : undefined,
      isCreated || urr.triggers !== undefined
        ? ie('reportingTriggers', Buffer.from([bits & 0xff, bits >> 8, 0]))
        : undefined,
      when(urr.periodSeconds, (value) => u32('measurementPeriod', value)),
      when(urr.volumeThreshold, (value) => volume('volumeThreshold', value)),
      when(urr.volumeQuota, (value) => volume('volumeQuota', value)),
      when(urr.timeThresholdSeconds, (value) => u32('timeThreshold', value)),
      when(urr.timeQuotaSeconds, (value) => u32('timeQuota', value)),
      when(urr.eventThreshold, (value) => u32('eventThreshold', value)),
      when(urr.eventQuota, (value) => u32('eventQuota', value)),
      when(urr.inactivitySeconds, (value) => u32('inactivityDetectionTime', value)),
    ),
  );
}

const writeBar = (bar: Bar): Buffer =>
  ie(
    'createBar',
    present(
      u8('barId', bar.id),
      when(bar.packets, (count) => u8('suggestedBufferingPacketsCount', count)),
    ),
  );

const wrapped = (name: IeName, make: (id: number) => Buffer, ids: readonly number[] | undefined) =>
  ids?.map((id) => ie(name, [make(id)]));

export function writeRules(changes: RuleChanges): readonly Buffer[] {
  return present(
    wrapped('removePdr', (id) => u16('pdrId', id), changes.removePdrs),
    wrapped('removeFar', (id) => u32('farId', id), changes.removeFars),
    wrapped('removeUrr', (id) => u32('urrId', id), changes.removeUrrs),
    wrapped('removeQer', (id) => u32('qerId', id), changes.removeQers),
    changes.createPdrs?.map((pdr) => writePdr('createPdr', pdr)),
    changes.createFars?.map((far) => writeFar('createFar', far)),
    changes.createUrrs?.map((urr) => writeUrr('createUrr', urr)),
    changes.createQers?.map((qer) => writeQer('createQer', qer)),
    changes.createBars?.map(writeBar),
    changes.updatePdrs?.map((pdr) => writePdr('updatePdr', pdr)),
    changes.updateFars?.map((far) => writeFar('updateFar', far)),
    changes.updateUrrs?.map((urr) => writeUrr('updateUrr', urr)),
    changes.updateQers?.map((qer) => writeQer('updateQer', qer)),
    wrapped('queryUrr', (id) => u32('urrId', id), changes.queryUrrs),
  );
}
