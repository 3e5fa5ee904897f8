/**
 * A definition whose PCI functions are where they are now. Everything else stays as somebody may have edited it.
 */
import { pciAddress, readPciAddress } from './pci-address.js';
import { pciAddressIn } from './read-devices.js';
import { attribute } from './read-values.js';
import { readXml } from './read-xml.js';
import { elements, find, isElement, type XmlElement } from './xml/element.js';
import { render } from './xml/render.js';

/** A function that a guest is to have, with the MAC address that it has there; in the order of the guest's cards. */
export interface WantedFunction {
  readonly mac: string;
  readonly address: string;
}

/** Undefined: the definition has them where they are wanted. */
export function movedDefinition(xml: string, wanted: readonly WantedFunction[]): string | undefined {
  const root = readXml(xml);
  const devices = find(root, 'devices');
  if (devices === undefined) return undefined;
  const wantedAt = addressesOf(devices, wanted);
  const moved = devices.children.map((device) => (isElement(device) ? at(device, wantedAt.get(device)) : device));
  if (moved.every((device, index) => device === devices.children[index])) return undefined;
  return render(withChild(root, devices, { ...devices, children: moved }));
}

/** Of one card as XML of its own; undefined: it has no function of the host. */
export const functionOfCard = (card: string): string | undefined => addressOf(readXml(card));

/** The card with its function at this address. */
export function movedCard(card: string, address: string): string {
  const device = readXml(card);
  const moved = at(device, address);
  return moved === device ? card : render(moved);
}

/** Virtual functions are network cards, known by their MAC addresses; whole cards are plain devices, in order. */
function addressesOf(devices: XmlElement, wanted: readonly WantedFunction[]): ReadonlyMap<XmlElement, string> {
  const cards = elements(devices, 'interface').filter(isFunction);
  const byMac = new Map(cards.map((card) => [macOf(card), card]));
  const whole = elements(devices, 'hostdev').filter(isFunction);
  const found = new Map<XmlElement, string>();
  for (const { mac, address } of wanted) {
    const device = byMac.get(mac.toLowerCase()) ?? whole.shift();
    if (device !== undefined) found.set(device, address);
  }
  return found;
}

const macOf = (card: XmlElement): string => attribute(find(card, 'mac'), 'address')?.toLowerCase() ?? '';

const addressOf = (device: XmlElement): string | undefined => pciAddressIn(find(device, 'source', 'address'));

const isFunction = (device: XmlElement): boolean => addressOf(device) !== undefined;

function at(device: XmlElement, address: string | undefined): XmlElement {
  const source = find(device, 'source');
  const old = find(source, 'address');
  if (address === undefined || source === undefined || old === undefined || addressOf(device) === address)
    return device;
  const next = pciAddress(readPciAddress(address), { type: old.attributes['type'] });
  return withChild(device, source, withChild(source, old, next));
}

const withChild = (parent: XmlElement, child: XmlElement, by: XmlElement): XmlElement => ({
  ...parent,
  children: parent.children.map((one) => (one === child ? by : one)),
});
