/**
 * PCI functions as facts: Ethernet controllers and their virtual functions, on which physical network the operator says
 * they are, and why one of them cannot be given away.
 */
import type { OperatorsWord, PciFunction } from '../../inventory/model.js';
import type { NetDevice, NodeDevice, PciDevice } from '../../libvirt-xml/read-node-device.js';
import { namesOf, type CardNames } from '../../inventory/named-cards.js';
import { ownFirst } from './own-device.js';
import type { HostUses } from './taken.js';
import { defined } from '../../shared/defined.js';

const iommuFix =
  'switch VT-d or AMD-Vi on in the firmware, and boot the kernel with intel_iommu=on iommu=pt (AMD: iommu=pt)';
const driverFix =
  '`modprobe vfio-pci` on the host says why: install the package with the module, or take its blacklist out of /etc/modprobe.d and the kernel’s command line';

const networkClass = '02';
const ethernetClass = '0200';

/** A function with the network devices that hang on it, its own first. */
interface Found {
  readonly device: PciDevice;
  readonly kind: PciFunction['kind'];
  readonly nets: readonly NetDevice[];
}

/** Whether the host can give functions to guests at all. */
export interface Assigning {
  /** Absent: it does not say. */
  readonly iommu?: boolean;
  /** Why functions cannot have the driver for guests, as a clause. */
  readonly driverFault?: string;
}

/** Ethernet controllers, whatever has or is a virtual function, and the devices in an IOMMU group with one of these. */
export function pciFunctionFacts(
  devices: readonly NodeDevice[],
  said: OperatorsWord,
  uses: HostUses,
  assigning: Assigning = {},
): readonly PciFunction[] {
  const nets = Map.groupBy(
    devices.filter((device) => device.kind === 'net'),
    ({ parent }) => parent,
  );
  const all = devices.filter((device) => device.kind === 'pci');
  const named = namedDevices(said);
  const netsOf = ({ name }: PciDevice) => ownFirst(nets.get(name) ?? [], named);
  const isNamed = (device: PciDevice) =>
    device.classCode.startsWith(networkClass) && isAmong({ device, nets: netsOf(device) }, [...named]);
  const kindOf = (device: PciDevice) => kindFrom(device, isNamed(device));
  const isFunction = (device: PciDevice) => device.classCode.startsWith(networkClass) || kindOf(device) !== 'other';
  const groups = new Set(all.filter(isFunction).flatMap(({ iommuGroup }) => iommuGroup ?? []));
  const sharesGroup = ({ iommuGroup }: PciDevice) => iommuGroup !== undefined && groups.has(iommuGroup);
  const found = all
    .filter((device) => isFunction(device) || (sharesGroup(device) && !isBridge(device)))
    .map((device) => ({
      device,
      kind: kindOf(device),
      nets: netsOf(device),
    }));
  const unassigned = notAssigned(assigning);
  return found.map((one) => functionFacts(one, found, said, uses, unassigned));
}

function notAssigned({ iommu, driverFault }: Assigning): Taken | undefined {
  if (iommu === false)
    return {
      takenBy: `the host uses no IOMMU, and gives no function to a guest without one`,
      takenFor: 'unusable',
      fault: 'iommu',
      takenFix: iommuFix,
    };
  if (driverFault === undefined) return undefined;
  return {
    takenBy: `the host cannot give functions the driver for guests, vfio-pci: ${driverFault}`,
    takenFor: 'unusable',
    fault: 'driver',
    takenFix: driverFix,
  };
}

/** Bridges to the host and to other buses: VFIO leaves them in a group that it hands out. */
const isBridge = ({ classCode }: PciDevice): boolean => /^060[04]/.test(classCode);

/**
 * An Ethernet controller without virtual functions is a card that can be given away whole; so is any network controller
 * that the operator names.
 */
function kindFrom(device: PciDevice, isNamed: boolean): PciFunction['kind'] {
  if (device.physicalFunction !== undefined) return 'vf';
  const isCard = device.maxVirtualFunctions > 0 || device.classCode.startsWith(ethernetClass) || isNamed;
  return isCard ? 'pf' : 'other';
}

/** Every name by which the operator speaks of cards. */
export const namedDevices = ({ physicalNetworks = {}, trustedCards = [], rateLimitedCards = [] }: OperatorsWord) =>
  new Set([...Object.values(physicalNetworks).flat(), ...trustedCards, ...rateLimitedCards]);

/** libvirt's VF interfaces take MAC and VLAN; of trust and rates it neither knows nor sets anything. */
function functionFacts(
  one: Found,
  all: readonly Found[],
  said: OperatorsWord,
  uses: HostUses,
  unassigned: Taken | undefined,
): PciFunction {
  const { device, kind, nets } = one;
  const [net] = nets;
  const card = all.find((other) => other.device.address === device.physicalFunction) ?? one;
  const { physicalNetworks = {}, trustedCards = [], rateLimitedCards = [] } = said;
  const networks = networksOf(card, physicalNetworks);
  const [physicalNetwork] = networks.keys();
  const taken =
    kind === 'other' ? undefined : (twoNetworks(networks) ?? unassigned ?? takenOf(one, card, all, said, uses));
  return {
    address: device.address,
    kind,
    vendorId: device.vendorId,
    deviceId: device.deviceId,
    trustCapable: isAmong(card, trustedCards),
    rateCapable: isAmong(card, rateLimitedCards),
    ...defined({
      parent: device.physicalFunction,
      cell: device.cell,
      iommuGroup: device.iommuGroup,
      driver: device.driver,
    }),
    ...(net === undefined ? {} : { netdev: net.interface }),
    ...(kind === 'pf' ? ofCard(one, networks) : ofVirtual(one, card)),
    ...defined({ physicalNetwork, guest: uses.guests.get(device.address) }),
    ...taken,
  };
}

/** Each physical network that names the card, with the names by which it does. */
function networksOf(
  card: Found,
  said: NonNullable<OperatorsWord['physicalNetworks']>,
): ReadonlyMap<string, readonly string[]> {
  const names = cardNames(card);
  const all = Object.entries(said).map(([network, cards]) => [network, namesOf(names, cards)] as const);
  return new Map(all.filter(([, by]) => by.length > 0));
}

const cardNames = ({ device, nets }: Pick<Found, 'device' | 'nets'>): CardNames => ({
  address: device.address,
  devices: nets.map((net) => net.interface),
  ...defined({ mac: nets[0]?.mac }),
});

/** Why a function is given to nobody. */
type Taken = Pick<PciFunction, 'takenBy' | 'takenFor' | 'takenFix' | 'fault'>;

function twoNetworks(networks: ReadonlyMap<string, readonly string[]>): Taken | undefined {
  if (networks.size < 2) return undefined;
  const all = [...networks].map(([network, names]) => `${network} (${names.join(', ')})`).join(' and ');
  return {
    takenBy: `the configuration names its card under ${all}, and it is on one network: name it once in physicalNetworks`,
    takenFor: 'unusable',
    takenFix: 'name it once in physicalNetworks of the host, under the network that its wire leads to',
    fault: 'network',
  };
}

function ofCard(
  { nets, device }: Found,
  networks: ReadonlyMap<string, readonly string[]>,
): Pick<PciFunction, 'mac' | 'serial' | 'linkMbps' | 'isDown' | 'isNamedByDevice'> {
  const [net] = nets;
  const [name] = [...networks.values()].flat();
  const isByDevice = nets.some((each) => each.interface === name);
  return defined({
    mac: net?.mac,
    serial: device.serial,
    linkMbps: net?.linkMbps,
    isDown: net?.isUp === false ? (true as const) : undefined,
    isNamedByDevice: isByDevice ? (true as const) : undefined,
  });
}

function ofVirtual({ kind, device, nets: [net] }: Found, card: Found): Pick<PciFunction, 'vfIndex' | 'vfMac'> {
  if (kind !== 'vf') return {};
  const at = card.device.virtualFunctions.indexOf(device.address);
  return defined({ vfIndex: at === -1 ? undefined : at, vfMac: net?.mac });
}

const isAmong = (found: Pick<Found, 'device' | 'nets'>, named: readonly string[]): boolean =>
  namesOf(cardNames(found), named).length > 0;

/** Undefined when nothing is known against it. */
function takenOf(
  one: Found,
  card: Found,
  all: readonly Found[],
  said: OperatorsWord,
  uses: HostUses,
): Taken | undefined {
  if (isAmong(one, said.withheldFunctions ?? []))
    return {
      takenBy: 'the configuration withholds it (withheldFunctions)',
      takenFor: 'unusable',
      takenFix: 'take it out of withheldFunctions of the host if VNFs are to have it',
    };
  const holder = holderOf(one, uses);
  if (holder !== undefined) return { takenBy: holder };
  const own = hostsOwn(one, card, said, uses);
  if (own !== undefined) return own;
  if (one.kind === 'vf') return card === one ? undefined : ofItsCard(card, uses);
  return partsHeld(one, all, said, uses);
}

/** A domain, a network of libvirt or a program in user space that has the function itself. */
function holderOf({ device }: Found, uses: HostUses): string | undefined {
  const holder = uses.functions.get(device.address);
  if (holder !== undefined) return holder;
  const { driver = '' } = device;
  return driver.startsWith('uio') || driver === 'igb_uio'
    ? `its driver is ${driver}: a program of the host may drive it`
    : undefined;
}

/** Signs that the host uses its network device. Addresses cannot be seen through libvirt; a device that is up can. */
function hostsOwn(
  { kind, nets }: Found,
  card: Found,
  said: OperatorsWord,
  uses: HostUses,
): (Required<Pick<Taken, 'takenBy'>> & Taken) | undefined {
  const used = nets.find((net) => uses.devices.has(net.interface));
  if (used !== undefined) {
    const takenBy = `its network device ${used.interface} ${uses.devices.get(used.interface) ?? ''}`;
    const isPort = takenBy.includes(' is part of bridge ');
    return { takenBy, ...(isPort && { takenFix: `\`ip link set ${used.interface} nomaster\` on the host` }) };
  }
  const up = nets.find((net) => net.isSetUp === true);
  if (up === undefined || isAmong(card, said.idleCards ?? [])) return undefined;
  const whole = kind === 'pf' ? ' as a whole' : '';
  return {
    takenBy: `its network device ${up.interface} is up, so the host may use it${whole}: set it down, or name its card in idleCards`,
    ...(kind === 'vf' && { takenFix: `\`ip link set ${up.interface} down\` on the host if nothing needs it` }),
  };
}

function ofItsCard(card: Found, uses: HostUses): Taken | undefined {
  const holder = holderOf(card, uses);
  if (holder !== undefined) return { takenBy: `of its card ${card.device.address}, ${holder}` };
  const [net] = card.nets;
  if (net?.isUp !== false) return undefined;
  return {
    takenBy: `its card ${net.interface} is down, and passes nothing: set it up`,
    takenFor: 'down',
    takenFix: `\`ip link set ${net.interface} up\` on the host, at each boot`,
    fault: 'down',
  };
}

function partsHeld(card: Found, all: readonly Found[], said: OperatorsWord, uses: HostUses): Taken | undefined {
  const parts = all.filter(({ device }) => device.physicalFunction === card.device.address);
  const held = parts.find((part) => holderOf(part, uses) !== undefined);
  if (held !== undefined) return { takenBy: `of its function ${held.device.address}, ${holderOf(held, uses) ?? ''}` };
  const used = parts.find((part) => hostsOwn(part, card, said, uses) !== undefined);
  if (used !== undefined)
    return { takenBy: `of its function ${used.device.address}, ${hostsOwn(used, card, said, uses)?.takenBy ?? ''}` };
  return isAmong(card, said.idleCards ?? []) ? undefined : hiddenPart(card, parts);
}

/** While a card is down, so is the link of each function, even of one that the host uses with an address of its own. */
function hiddenPart(card: Found, parts: readonly Found[]): Taken | undefined {
  const [net] = card.nets;
  if (net?.isUp !== false) return undefined;
  const part = parts.find(({ nets }) => nets.length > 0);
  const [device] = part?.nets ?? [];
  if (part === undefined || device === undefined) return undefined;
  return {
    takenBy: `of its function ${part.device.address}, the host has network device ${device.interface}, of which nobody can see whether it is used while card ${net.interface} is down: remove its functions (sriov_numvfs), or name it in idleCards`,
    takenFor: 'down',
    fault: 'down',
  };
}
