/**
 * A domain's XML as a host reads it: what it will take of the host when it starts. What no host would accept is
 * refused here, when the domain is defined.
 */
import { readCpuList } from '../../libvirt-xml/cpu-list.js';
import { writePciAddress } from '../../libvirt-xml/pci-address.js';
import { whyMalformed } from '../../libvirt-xml/read-well-formed.js';
import { readXml } from '../../libvirt-xml/read-xml.js';
import { elements, find, textOf, type XmlElement } from '../../libvirt-xml/xml/element.js';
import { defined } from '../../shared/defined.js';
import { vnfcId, type VnfcId } from '../../shared/ids.js';
import { rejected } from './refusal.js';
import { agentChannel } from '../../libvirt-xml/agent-channel.js';
import { profileOfType, profiles } from '../../libvirt-xml/hypervisors/list.js';

export interface DomainDemand {
  readonly uuid: VnfcId;
  readonly name: string;
  readonly vcpus: number;
  /** Every host CPU that a vCPU or the emulator is pinned to. */
  readonly hostCpus: readonly number[];
  readonly cells: readonly CellDemand[];
  readonly disks: readonly DiskDemand[];
  readonly cards: readonly CardDemand[];
  /** Addresses of PCI functions handed through. */
  readonly functions: readonly string[];
  readonly serialLog?: string;
  /** Whether the domain has a channel for a guest agent. */
  readonly agent: boolean;
  /** VDU of the VNFD that it is an instance of, as its metadata say. */
  readonly vdu?: string;
}

/** Memory of one guest cell. */
export interface CellDemand {
  readonly memoryKiB: number;
  /** Absent: plain memory. */
  readonly pageSizeKiB?: number;
  /** Host cells that it must come from; absent: any. */
  readonly strict?: readonly number[];
  /** Host cell that it comes from while there is room. */
  readonly preferred?: number;
}

interface DiskDemand {
  readonly target: string;
  readonly path: string;
  readonly readOnly: boolean;
}

interface CardDemand {
  readonly mac: string;
  readonly network?: string;
  readonly bridge?: string;
  /** Under its macvtap device. */
  readonly device?: string;
}

export function readDomainDemand(xml: string): DomainDemand {
  const root = wellFormed(xml);
  const devices = find(root, 'devices');
  const cards = elements(devices, 'interface').map(readCard);
  refuseTwice('MAC address', [...cards.map((card) => card.mac)]);
  const vcpus = positive('vcpu', textOf(find(root, 'vcpu')));
  refusePrivateMemory(root, devices);
  const serialLog = find(devices, 'serial', 'log')?.attributes['file'];
  return {
    uuid: readUuid(root),
    name: readName(root),
    vcpus,
    hostCpus: readPins(root, vcpus),
    cells: readCells(root),
    disks: elements(devices, 'disk').map(readDisk),
    cards: cards.filter((card) => (card.network ?? card.bridge ?? card.device) !== undefined),
    functions: readFunctions(devices),
    ...(serialLog !== undefined && { serialLog }),
    ...vduOf(root),
    agent: elements(devices, 'channel').some((channel) => targetName(channel) === agentChannel),
  };
}

function wellFormed(xml: string): XmlElement {
  const why = whyMalformed(xml);
  if (why !== undefined) throw rejected('xml', `malformed domain XML: ${why}`);
  const root = readXml(xml);
  if (root.name !== 'domain') throw rejected('xml', `unexpected root element <${root.name}>, expecting <domain>`);
  const type = root.attributes['type'] ?? '';
  if (profileOfType(type) === undefined) {
    const offered = profiles.map(({ domainType }) => domainType).join(' or ');
    throw rejected('xml', `domain type '${type}' is not offered: ${offered}`);
  }
  return root;
}

function readUuid(root: XmlElement): VnfcId {
  const text = textOf(find(root, 'uuid')).toLowerCase();
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return vnfcId(text);
  throw rejected('xml', `malformed uuid element '${text}'`);
}

function readName(root: XmlElement): string {
  const name = textOf(find(root, 'name'));
  if (name !== '' && !/[/\r\n]/.test(name)) return name;
  throw rejected('xml', `the domain name '${name}' is empty or holds a slash or line end`);
}

function readPins(root: XmlElement, vcpus: number): readonly number[] {
  const tune = find(root, 'cputune');
  const pins = [...elements(tune, 'vcpupin'), ...elements(tune, 'emulatorpin')];
  const scheduled = elements(tune, 'vcpusched').flatMap(({ attributes }) => readCpuList(attributes['vcpus'] ?? ''));
  refuseTwice('the scheduler of vCPU', scheduled.map(String));
  const tuned = [...elements(tune, 'vcpupin').map(({ attributes }) => Number(attributes['vcpu'])), ...scheduled];
  const missing = tuned.find((vcpu) => vcpu >= vcpus);
  if (missing !== undefined) throw rejected('xml', `vCPU '${String(missing)}' is not present in domain definition`);
  return [...new Set(pins.flatMap((pin) => readCpuList(pin.attributes['cpuset'] ?? '')))].sort((a, b) => a - b);
}

/** A guest without cells of its own is one cell, number 0. */
function readCells(root: XmlElement): readonly CellDemand[] {
  const cells = elements(find(root, 'cpu', 'numa'), 'cell');
  if (cells.length === 0) return [readCell(root, 0, amountKiB('memory', find(root, 'memory')))];
  return cells.map((cell, index) => {
    const memory = { ...cell, children: [cell.attributes['memory'] ?? ''] };
    return readCell(root, Number(cell.attributes['id'] ?? index), amountKiB('cell', memory));
  });
}

function readCell(root: XmlElement, id: number, memoryKiB: number): CellDemand {
  const page = elements(find(root, 'memoryBacking', 'hugepages'), 'page').find(({ attributes }) =>
    readCpuList(attributes['nodeset'] ?? String(id)).includes(id),
  );
  const size = page?.attributes['size'];
  const pageSizeKiB = page && size !== undefined ? toKiB(Number(size), page.attributes['unit']) : undefined;
  return { memoryKiB, ...(pageSizeKiB !== undefined && { pageSizeKiB }), ...bindingOf(root, id) };
}

function bindingOf(root: XmlElement, guestCell: number): Pick<CellDemand, 'strict' | 'preferred'> {
  const tune = find(root, 'numatune');
  const own = elements(tune, 'memnode').find(({ attributes }) => attributes['cellid'] === String(guestCell));
  const rule = (own ?? find(tune, 'memory'))?.attributes;
  const nodes = readCpuList(rule?.['nodeset'] ?? '');
  if (rule?.['mode'] === 'strict') return { strict: nodes };
  const [preferred, ...more] = rule?.['mode'] === 'preferred' ? nodes : [];
  if (more.length > 0) throw rejected('xml', "NUMA memory tuning in 'preferred' mode only supports single node");
  return preferred === undefined ? {} : { preferred };
}

function readDisk(disk: XmlElement): DiskDemand {
  return {
    target: find(disk, 'target')?.attributes['dev'] ?? '',
    path: find(disk, 'source')?.attributes['file'] ?? '',
    readOnly: find(disk, 'readonly') !== undefined || disk.attributes['device'] === 'cdrom',
  };
}

function readCard(card: XmlElement): CardDemand {
  const mac = (find(card, 'mac')?.attributes['address'] ?? '').toLowerCase();
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac)) throw rejected('xml', `unable to parse mac address '${mac}'`);
  if (parseInt(mac.slice(0, 2), 16) % 2 === 1) throw rejected('xml', `expected unicast mac address, found '${mac}'`);
  const source = find(card, 'source')?.attributes ?? {};
  const device = card.attributes['type'] === 'direct' ? source['dev'] : undefined;
  return { mac, ...defined({ network: source['network'], bridge: source['bridge'], device }) };
}

/** A userspace switch could not reach the guest's memory, and QEMU says so. */
function refusePrivateMemory(root: XmlElement, devices: XmlElement | undefined): void {
  const isVhostUser = elements(devices, 'interface').some(({ attributes }) => attributes['type'] === 'vhostuser');
  const isShared = find(root, 'memoryBacking', 'access')?.attributes['mode'] === 'shared';
  if (isVhostUser && !isShared) throw rejected('configUnsupported', "'vhostuser' requires shared memory");
}

function readFunctions(devices: XmlElement | undefined): readonly string[] {
  const through = [...elements(devices, 'interface'), ...elements(devices, 'hostdev')];
  const addresses = through.flatMap((device) => find(device, 'source', 'address') ?? []).map(addressOf);
  refuseTwice('PCI function', addresses);
  return addresses;
}

function addressOf({ attributes }: XmlElement): string {
  const part = (name: string): number => parseInt(attributes[name] ?? '0', 16);
  return writePciAddress({ domain: part('domain'), bus: part('bus'), slot: part('slot'), function: part('function') });
}

function vduOf(root: XmlElement): Pick<DomainDemand, 'vdu'> {
  const vdu = find(root, 'metadata', 'berth:owner')?.attributes['vduId'];
  return vdu === undefined ? {} : { vdu };
}

const targetName = (device: XmlElement): string | undefined => find(device, 'target')?.attributes['name'];

function refuseTwice(what: string, all: readonly string[]): void {
  const twice = all.find((one, index) => all.indexOf(one) !== index);
  if (twice !== undefined) throw rejected('xml', `${what} ${twice} stands twice in the domain`);
}

const perUnit: Readonly<Record<string, number>> = { KiB: 1, MiB: 1024, GiB: 1024 * 1024 };

const toKiB = (amount: number, unit: string | undefined): number => amount * (perUnit[unit ?? 'KiB'] ?? NaN);

const amountKiB = (name: string, element: XmlElement | undefined): number =>
  toKiB(positive(name, textOf(element)), element?.attributes['unit']);

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw rejected('xml', `<${name}> is '${text}', not a positive whole number`);
}
