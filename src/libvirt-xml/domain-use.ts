/**
 * What a domain takes of its host, from its XML: PCI functions, devices under macvtap, CPUs that it is pinned to and plain
 * memory. Of domains that Berth did not make, so nothing is relied on: what cannot be read takes nothing.
 */
import { readCpuList } from './cpu-list.js';
import type { DomainReading } from './domain-reading.js';
import { readDomain } from './read-domain.js';
import { attribute } from './read-values.js';
import { readXml } from './read-xml.js';
import { elements, find, type XmlElement } from './xml/element.js';

export interface DomainUse {
  readonly name: string;
  readonly whose: 'own' | 'another Berth’s' | 'not Berth’s';
  /** PCI addresses. */
  readonly functions: readonly string[];
  /** PCI address -> MAC address that the guest has on it, where the domain says so. */
  readonly guestMacs: ReadonlyMap<string, string>;
  /** Network devices of the host that it has macvtap devices on. */
  readonly devices: readonly string[];
  /** Networks that its interfaces join, once for each. */
  readonly networks: readonly string[];
  /** Per pin of a vCPU, an I/O thread or the emulator: the host CPUs that it may run on. */
  readonly pins: readonly (readonly number[])[];
  /** Host cells that plain memory may come from; empty: any. */
  readonly memory: readonly { readonly hostCells: readonly number[]; readonly memoryMiB: number }[];
}

/** Whose domains are Berth's own. */
export interface Own {
  /** Absent: those marked by any installation. */
  readonly installation?: string;
  /** UUIDs of domains that are its own whatever they bear: somebody may have removed the mark. */
  readonly uuids?: ReadonlySet<string>;
}

/** A domain from before installations had ids is its own: the database that knows it takes it over. */
export function isOwn({ uuid, owner }: Pick<DomainReading, 'uuid' | 'owner'>, { installation, uuids }: Own): boolean {
  if (uuids?.has(uuid) === true) return true;
  const { installationId = installation } = owner ?? {};
  return owner !== undefined && (installation === undefined || installationId === installation);
}

export function domainUse(xml: string, own: Own = {}): DomainUse {
  const root = readXml(xml);
  const reading = readDomain(xml);
  const { name, hostFunctions, cells } = reading;
  const plain = cells.filter(({ pageSizeKiB, memoryMiB }) => pageSizeKiB === undefined && memoryMiB > 0);
  return {
    name,
    whose: whoseIs(reading, own),
    functions: hostFunctions,
    guestMacs: new Map(
      reading.interfaces.flatMap(({ hostFunction, mac }) =>
        hostFunction === undefined || mac === '' ? [] : [[hostFunction, mac] as const],
      ),
    ),
    devices: elements(find(root, 'devices'), 'interface')
      .filter(({ attributes }) => attributes['type'] === 'direct')
      .flatMap((element) => attribute(find(element, 'source'), 'dev') ?? []),
    networks: reading.interfaces.flatMap(({ network }) => network ?? []),
    pins: pinsOf(root),
    memory: plain.map(({ hostCells, memoryMiB }) => ({ hostCells, memoryMiB })),
  };
}

function whoseIs(reading: DomainReading, own: Own): DomainUse['whose'] {
  if (isOwn(reading, own)) return 'own';
  return reading.owner === undefined ? 'not Berth’s' : 'another Berth’s';
}

/** `cpuset` of `vcpu` holds for each vCPU and thread that has no pin of its own. */
function pinsOf(root: XmlElement): readonly (readonly number[])[] {
  const tune = find(root, 'cputune');
  const own = ['vcpupin', 'emulatorpin', 'iothreadpin'].flatMap((name) => elements(tune, name));
  return [find(root, 'vcpu'), ...own]
    .map((element) => readCpuList(attribute(element, 'cpuset') ?? ''))
    .filter((cpus) => cpus.length > 0);
}
