/**
 * Counters of all domains by one call (virConnectGetAllDomainStats), and which QEMUs do not answer. MAC addresses are not among them: they are read
 * from the live XML once per start of a domain.
 */
import { readXml } from '../../../libvirt-xml/read-xml.js';
import { elements, find } from '../../../libvirt-xml/xml/element.js';
import type { DomainStats, InterfaceStats } from '../../engine.js';
import {
  type ArrayPtr,
  ConnectGetAllDomainStats,
  DomainGetControlInfo,
  DomainGetName,
  DomainGetXMLDesc,
  type DomainPtr,
  DomainStatsRecordListFree,
  memcpy,
  type Out,
  pointersAt,
} from '../bindings.js';
import { check, present, using } from '../native.js';
import type { CallContext, MacsByDomain } from './context.js';
import { uuidOf } from './domains.js';
import { domainNumbers } from './stats-values.js';
import { decodeParameters, type SeenNames } from './typed-parameters.js';

/** STATE, CPU_TOTAL, INTERFACE: libvirt knows these without QEMU. */
const plainGroups = 1 | 2 | 16;
/** BALLOON, VCPU, BLOCK as well. */
const groups = plainGroups | 4 | 8 | 32;
/** NOWAIT: skip what needs a lock that someone holds. */
const flags = 1 << 29;
const recordBytes = 24;

/** VIR_DOMAIN_CONTROL_OCCUPIED: a command was sent to QEMU's monitor and is not answered yet. */
const occupied = 2n;
/** QEMU answers within milliseconds; under load within seconds. */
const longAnswerMs = 3_000n;

type Numbers = ReturnType<typeof domainNumbers>;
type MacByDevice = ReadonlyMap<string, string>;

/** May be held by a QEMU that hangs. */
export const readStats = (context: CallContext): DomainStats[] => statsOf(context, groups);

export const readPlainStats = (context: CallContext): DomainStats[] => statsOf(context, plainGroups);

function statsOf(context: CallContext, groups: number): DomainStats[] {
  const list: Out<ArrayPtr | null> = [null];
  const count = check(ConnectGetAllDomainStats(context.conn, groups, list, flags));
  const [records] = list;
  if (records === null) return [];
  const names: SeenNames = [];
  const stats = using(records, DomainStatsRecordListFree, () =>
    pointersAt(records, count).map((record) => domainStats(context, record, names)),
  );
  forgetOthers(context.macs, stats);
  return stats;
}

/** struct virDomainStatsRecord: the domain, its parameters, their count. */
function domainStats({ macs }: CallContext, record: bigint, names: SeenNames): DomainStats {
  const memory = Buffer.allocUnsafe(recordBytes);
  memcpy(memory, record, recordBytes);
  const domain = memory.readBigUInt64LE(0) as DomainPtr;
  const values = decodeParameters(memory.readBigUInt64LE(8), memory.readInt32LE(16), names);
  const uuid = uuidOf(domain);
  const numbers = domainNumbers(values);
  return {
    ...numbers,
    ...silence(domain, numbers),
    uuid,
    name: present(DomainGetName(domain)),
    interfaces: withMacs(macs, numbers.interfaces, uuid, domain),
  };
}

/** QEMU was asked, or libvirt could not ask it: why, its control interface tells without asking either. */
function silence(domain: DomainPtr, { state, memoryRssBytes }: Numbers): Pick<DomainStats, 'unansweredMs'> {
  if (state === 'shutoff' || memoryRssBytes !== undefined) return {};
  const info = new BigUint64Array(2);
  // No answer: the domain has just ended.
  if (DomainGetControlInfo(domain, info, 0) < 0) return {};
  const [stateAndDetails = 0n, stateTimeMs = 0n] = info;
  const isOccupied = BigInt.asUintN(32, stateAndDetails) === occupied;
  return isOccupied && stateTimeMs >= longAnswerMs ? { unansweredMs: Number(stateTimeMs) } : {};
}

function withMacs(
  macs: MacsByDomain,
  list: readonly InterfaceStats[],
  uuid: string,
  domain: DomainPtr,
): readonly InterfaceStats[] {
  if (list.length === 0) return list;
  const known = macsOf(macs, uuid, domain, list);
  return list.map((stats) => {
    const mac = known.get(stats.device);
    return mac === undefined ? stats : { ...stats, mac };
  });
}

/**
 * The key of one start is its set of devices. A new tap has a new name, so a device that is not known means that the XML
 * must be read again.
 */
function macsOf(macs: MacsByDomain, uuid: string, domain: DomainPtr, list: readonly InterfaceStats[]): MacByDevice {
  const known = macs.get(uuid);
  if (known !== undefined && list.every(({ device }) => known.has(device))) return known;
  const xml = DomainGetXMLDesc(domain, 0);
  const fresh = xml === null ? new Map<string, string>() : macsIn(xml);
  macs.set(uuid, fresh);
  return fresh;
}

const macsIn = (xml: string): MacByDevice =>
  new Map(
    elements(find(readXml(xml), 'devices'), 'interface').map((device) => [
      find(device, 'target')?.attributes['dev'] ?? '',
      find(device, 'mac')?.attributes['address'] ?? '',
    ]),
  );

function forgetOthers(macs: MacsByDomain, stats: readonly DomainStats[]): void {
  const present = new Set<string>(stats.map(({ uuid }) => uuid));
  for (const uuid of macs.keys()) if (!present.has(uuid)) macs.delete(uuid);
}
