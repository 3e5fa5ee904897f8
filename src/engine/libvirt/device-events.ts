/**
 * Events of a host's devices. They only bring the next look forward: without them the host is looked at as often as any other.
 */
import type { PciFunction } from '../../inventory/model.js';

/** Why a host sends none, though it is to; undefined: it does, or has no driver that could. */
export function refusalOf(register: () => unknown): string | undefined {
  try {
    register();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Names that kernel and udev give to devices of hardware. */
const ofHardware = /^net_(?:en[opsx]|eth\d|ib|em\d|p\d+p\d)/;

/**
 * Whether a device is a PCI function, or a network device of one; what is made for containers and guests is neither. By its name in libvirt, `net_INTERFACE_MAC` with `_` for what is no
 * letter or digit. Virtual functions and representors have the name of their card in theirs, if nobody renamed them.
 */
export function isOfCards(name: string, known: readonly Known[]): boolean {
  if (name.startsWith('pci_') || ofHardware.test(name)) return true;
  return known.some(({ netdev, mac, vfMac }) => {
    const isNamed = netdev !== undefined && name.startsWith(`net_${plain(netdev)}`);
    return isNamed || [mac, vfMac].some((each) => each !== undefined && name.endsWith(`_${plain(each)}`));
  });
}

type Known = Pick<PciFunction, 'netdev' | 'mac' | 'vfMac'>;

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '_');
