/**
 * Counters of all domains by one call (virConnectGetAllDomainStats). MAC addresses are not among them: they are read
 * from the live XML once per start of a domain.
 */
import { readXml } from '../../../libvirt-xml/read-xml.js';
import { elements, find } from '../../../libvirt-xml/xml/element.js';
import type { DomainStats, InterfaceStats } from '../../engine.js';
import {
  type ArrayPtr,
  ConnectGetAllDomainStats,
  DomainGetName,
  DomainGetXMLDesc,
  type DomainPtr,
  DomainStatsRecordListFree,
  memcpy,
  type Out,
  pointersAt,
} from '../bindings.js';
import { check, present, using } from '../native.js';
import type { CallContext } from './context.js';
import { uuidOf } from './domains.js';
import { domainNumbers } from './stats-values.js';
import { decodeParameters } from './typed-parameters.js';

/** STATE, CPU_TOTAL, BALLOON, VCPU, INTERFACE, BLOCK. */
const groups = 1 | 2 | 4 | 8 | 16 | 32;
/** NOWAIT: skip what needs a lock that someone holds. */
const flags = 1 << 29;
const recordBytes = 24;

type MacByDevice = ReadonlyMap<string, string>;
/** By UUID; the key of one start is its set of devices. */
const macs = new Map<string, MacByDevice>();

export function readStats(context: CallContext): DomainStats[] {
  const list: Out<ArrayPtr | null> = [null];
  const count = check(ConnectGetAllDomainStats(context.conn, groups, list, flags));
  const [records] = list;
  if (records === null) return [];
  const stats = using(records, DomainStatsRecordListFree, () => pointersAt(records, count).map(domainStats));
  forgetOthers(stats);
  return stats;
}

/** struct virDomainStatsRecord: the domain, its parameters, their count. */
function domainStats(record: bigint): DomainStats {
  const memory = Buffer.allocUnsafe(recordBytes);
  memcpy(memory, record, recordBytes);
  const domain = memory.readBigUInt64LE(0) as DomainPtr;
  const values = decodeParameters(memory.readBigUInt64LE(8), memory.readInt32LE(16));
  const uuid = uuidOf(domain);
  const numbers = domainNumbers(values);
  return {
    ...numbers,
    uuid,
    name: present(DomainGetName(domain)),
    interfaces: withMacs(numbers.interfaces, uuid, domain),
  };
}

function withMacs(list: readonly InterfaceStats[], uuid: string, domain: DomainPtr): readonly InterfaceStats[] {
  if (list.length === 0) return list;
  const known = macsOf(uuid, domain, list);
  return list.map((stats) => {
    const mac = known.get(stats.device);
    return mac === undefined ? stats : { ...stats, mac };
  });
}

/** A new tap has a new name, so a device that is not known means that the XML must be read again. */
function macsOf(uuid: string, domain: DomainPtr, list: readonly InterfaceStats[]): MacByDevice {
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

function forgetOthers(stats: readonly DomainStats[]): void {
  const present = new Set<string>(stats.map(({ uuid }) => uuid));
  for (const uuid of macs.keys()) if (!present.has(uuid)) macs.delete(uuid);
}
