/**
 * Which network device is a PCI function's own, where several hang on it: ports of one card, or in switchdev mode the
 * representors of its virtual functions, or its subfunctions. libvirt lists them in no order.
 */
import type { NetDevice } from '../../libvirt-xml/read-node-device.js';

/**
 * What a representor's name has after that of its uplink: `ens8f1_0`, `ens8f1r0`, `ens8f1npf0vf0`, `eth0pf1sf88`; and a
 * subfunction's: `ens8f1s88`.
 */
const ofRepresentor = /(?:_\d+|[rs]\d+|n?(?:c\d+)?pf\d+(?:vf|sf)\d+)$/;

/** Uplinks may be named by their port themselves: `ens8f1np0`. */
const stem = (name: string): string => name.replace(/n?p\d+$/, '');

function isRepresentor({ interface: name }: NetDevice, all: readonly NetDevice[]): boolean {
  const uplink = name.replace(ofRepresentor, '');
  return uplink !== name && all.some((other) => other.interface === uplink || stem(other.interface) === uplink);
}

/** Of a manufacturer. Representors have addresses that the kernel made up. */
const hasGivenMac = ({ mac = '' }: NetDevice): boolean =>
  mac !== '' && (Number.parseInt(mac.slice(0, 2), 16) & localBit) === 0;
const localBit = 2;

/**
 * The function's own device first: the one that the operator names, else no representor, else one with an address of its
 * manufacturer, else one with a known speed, else the shortest name.
 */
export function ownFirst(all: readonly NetDevice[], named: ReadonlySet<string>): readonly NetDevice[] {
  const unlikely = (net: NetDevice) => [
    Number(!named.has(net.interface)),
    Number(isRepresentor(net, all)),
    Number(!hasGivenMac(net)),
    Number(net.linkMbps === undefined),
    net.interface.length,
  ];
  const marks = new Map(all.map((net) => [net, unlikely(net)]));
  return all.toSorted((a, b) => {
    const [one, other] = [marks.get(a) ?? [], marks.get(b) ?? []];
    const at = one.findIndex((mark, place) => mark !== other[place]);
    return at === -1 ? (a.interface < b.interface ? -1 : 1) : (one[at] ?? 0) - (other[at] ?? 0);
  });
}
