/**
 * The virtual hardware of a domain from its XML: CPU, board, and each device with how the guest gets at it
 * (docs/virtualization.md). Elements that stand for no hardware are left aside.
 */
import { attribute, numberOf } from './read-values.js';
import { hostFunctionsOf } from './read-devices.js';
import { readXml } from './read-xml.js';
import { elements, find, textOf, type XmlElement } from './xml/element.js';
import { defined } from '../shared/defined.js';

/** Para-virtual: the guest knows that it is a guest. Emulated: it takes the device for a real one. Passed through: it is one. */
export type DeviceKind = 'para' | 'emulated' | 'passthrough';

export interface HardwareDevice {
  /** The same in the plan and on the host: `disk vda`, `interface 52:54:00:00:00:01`. */
  readonly name: string;
  readonly model: string;
  readonly kind: DeviceKind;
  /** What stands behind it on the host. */
  readonly backend?: string;
}

export interface VirtualHardware {
  /** libvirt's domain type: `kvm`, `qemu`. */
  readonly type: string;
  readonly architecture: string;
  readonly machine: string;
  readonly firmware: 'BIOS' | 'UEFI';
  /** Path of the program that runs the domain; absent where it was not chosen yet. */
  readonly emulator?: string;
  readonly cpu: VirtualCpu;
  readonly devices: readonly HardwareDevice[];
}

export interface VirtualCpu {
  /** `host-passthrough`, `host-model`, `custom`; absent: what the hypervisor takes by itself. */
  readonly mode?: string;
  readonly model?: string;
  readonly topology?: Readonly<Record<'sockets' | 'dies' | 'cores' | 'threads', number>>;
}

/** Throws when the text is not one XML element. */
export function readHardware(xml: string): VirtualHardware {
  const root = readXml(xml);
  const os = find(root, 'os');
  const devices = find(root, 'devices');
  return {
    type: root.attributes['type'] ?? '',
    architecture: attribute(find(os, 'type'), 'arch') ?? '',
    machine: attribute(find(os, 'type'), 'machine') ?? '',
    firmware: isUefi(os) ? 'UEFI' : 'BIOS',
    ...defined({ emulator: textOf(find(devices, 'emulator')) || undefined }),
    cpu: readCpu(find(root, 'cpu')),
    devices: elements(devices).flatMap(readDevice),
  };
}

const isUefi = (os: XmlElement | undefined): boolean =>
  attribute(os, 'firmware') === 'efi' || attribute(find(os, 'loader'), 'type') === 'pflash';

function readCpu(cpu: XmlElement | undefined): VirtualCpu {
  const topology = find(cpu, 'topology');
  const count = (name: string) => numberOf(topology, name) ?? 1;
  return defined({
    mode: attribute(cpu, 'mode'),
    model: textOf(find(cpu, 'model')) || undefined,
    topology: topology && {
      sockets: count('sockets'),
      dies: count('dies'),
      cores: count('cores'),
      threads: count('threads'),
    },
  });
}

type Reader = (element: XmlElement) => HardwareDevice | undefined;

/** By element of `devices`. A second view of a device (`console` of a serial port), a host-side thing (`graphics`) is none. */
const readers: Readonly<Record<string, Reader>> = {
  disk: readDisk,
  interface: readCard,
  hostdev: readHostDevice,
  controller: readController,
  serial: (element) => emulated(`serial ${attribute(find(element, 'target'), 'port') ?? '0'}`, serialModel(element)),
  channel: readChannel,
  rng: (element) => byModel('random numbers', element, textOf(find(element, 'backend'))),
  memballoon: (element) => byModel('balloon', element),
  panic: (element) => ({ name: 'panic', model: `pvpanic (${modelOf(element) || 'isa'})`, kind: 'para' }),
  video: (element) => byModel('video', element, undefined, attribute(find(element, 'model'), 'type')),
  input: (element) => byBus(`input ${element.attributes['type'] ?? ''}`, element),
  watchdog: (element) => byModel('watchdog', element),
  tpm: (element) => byModel('TPM', element),
  sound: (element) => byModel('sound', element),
  iommu: (element) => byModel('IOMMU', element),
  vsock: (element) => byModel('vsock', element, undefined, 'virtio'),
  filesystem: (element) => para(`file system ${attribute(find(element, 'target'), 'dir') ?? ''}`, 'virtio'),
  shmem: (element) => byModel(`shared memory ${element.attributes['name'] ?? ''}`, element),
  redirdev: (element) => emulated('redirected USB device', element.attributes['bus'] ?? 'usb'),
  smartcard: () => emulated('smart card', 'CCID'),
};

function readDevice(element: XmlElement): readonly HardwareDevice[] {
  if (!Object.hasOwn(readers, element.name)) return [];
  const device = readers[element.name]?.(element);
  return device === undefined ? [] : [device];
}

function readDisk(element: XmlElement): HardwareDevice {
  const target = find(element, 'target');
  const bus = attribute(target, 'bus') ?? '';
  const source = find(element, 'source');
  const backend = attribute(source, 'file') ?? attribute(source, 'dev') ?? attribute(source, 'volume');
  const device = element.attributes['device'] ?? 'disk';
  return {
    name: `disk ${attribute(target, 'dev') ?? ''}`,
    model: [bus === 'virtio' ? 'virtio-blk' : bus, ...(device === 'disk' ? [] : [device])].join(' '),
    kind: bus === 'virtio' ? 'para' : 'emulated',
    ...defined({ backend }),
  };
}

/** A virtual function is the card itself, whatever model is asked for. */
function readCard(element: XmlElement): HardwareDevice {
  const name = `interface ${attribute(find(element, 'mac'), 'address')?.toLowerCase() ?? ''}`;
  const source = find(element, 'source');
  const type = element.attributes['type'] ?? '';
  if (type === 'hostdev') {
    const [address] = hostFunctionsOf({ name: 'devices', attributes: {}, children: [element] });
    return { name, model: 'PCI function', kind: 'passthrough', ...defined({ backend: address }) };
  }
  const model = attribute(find(element, 'model'), 'type') ?? 'rtl8139';
  const { network, bridge, dev, path } = source?.attributes ?? {};
  const backend = network === undefined ? (bridge ?? dev ?? path) : `network ${network}`;
  return {
    name,
    model: model === 'virtio' ? 'virtio-net' : model,
    kind: isPara(model) ? 'para' : 'emulated',
    ...defined({ backend: type === 'vhostuser' ? `vhost-user ${path ?? ''}` : backend }),
  };
}

function readHostDevice(element: XmlElement): HardwareDevice {
  const [address] = hostFunctionsOf({ name: 'devices', attributes: {}, children: [element] });
  const type = element.attributes['type'] ?? '';
  const name = `host device ${address ?? type}`;
  return { name, model: type === 'pci' ? 'PCI function' : type, kind: 'passthrough', ...defined({ backend: address }) };
}

/** `none` says that there is no such controller. */
function readController(element: XmlElement): HardwareDevice | undefined {
  const { type = '', index = '0' } = element.attributes;
  const model = modelOf(element) || (type === 'virtio-serial' ? 'virtio' : type);
  if (model === 'none') return undefined;
  return { name: `controller ${type} ${index}`, model, kind: isPara(model) ? 'para' : 'emulated' };
}

const serialModel = (element: XmlElement): string =>
  attribute(find(element, 'target', 'model'), 'name') ?? attribute(find(element, 'target'), 'type') ?? 'isa-serial';

function readChannel(element: XmlElement): HardwareDevice | undefined {
  const target = find(element, 'target');
  const name = `channel ${attribute(target, 'name') ?? ''}`;
  return attribute(target, 'type') === 'virtio' ? para(name, 'virtio-serial port') : undefined;
}

const modelOf = (element: XmlElement): string => element.attributes['model'] ?? '';

const isPara = (model: string): boolean =>
  model.startsWith('virtio') || model.startsWith('vmxnet') || model === 'netfront';

const para = (name: string, model: string): HardwareDevice => ({ name, model, kind: 'para' });
const emulated = (name: string, model: string): HardwareDevice => ({ name, model, kind: 'emulated' });

function byModel(name: string, element: XmlElement, backend?: string, own?: string): HardwareDevice | undefined {
  const model = own ?? modelOf(element);
  if (model === 'none') return undefined;
  const behind = backend === undefined || backend === '' ? {} : { backend };
  return { ...(isPara(model) ? para(name, model) : emulated(name, model)), ...behind };
}

function byBus(name: string, element: XmlElement): HardwareDevice {
  const bus = element.attributes['bus'] ?? '';
  return bus === 'virtio' ? para(name, bus) : emulated(name, bus);
}
