/**
 * One network card of a domain: as text of its own, and looked for in a domain that may have it. A card is known by its MAC
 * address; a physical function, which has none in the definition, by its place on the host.
 */
import type { InterfaceReading } from './domain-reading.js';
import type { DomainSpec } from './domain-spec.js';
import { cardElements } from './parts/interfaces.js';
import { hostFunctionOf, readInterface } from './read-devices.js';
import { readXml } from './read-xml.js';
import { elements, find, isElement, type XmlElement } from './xml/element.js';
import { render } from './xml/render.js';

/** `other`: one of that MAC address is there that joins something else. */
export type CardPresence = 'absent' | 'there' | 'other';

/** The card of a connection point as libvirt plugs it; undefined while it is connected to nothing. */
export function cardXml(spec: DomainSpec, cpdId: string): string | undefined {
  const element = cardElements(spec).get(cpdId);
  return element === undefined ? undefined : render(element);
}

/** Whether the domain has the card. Both are XML; throws when the card is no network card. */
export function presenceOf(domainXml: string, card: string): CardPresence {
  const wanted = readCard(card);
  const found = cardsOf(readXml(domainXml)).find((element) => keyOf(element) === keyOf(wanted));
  if (found === undefined) return 'absent';
  return isSame(found, wanted) ? 'there' : 'other';
}

/** What a card is, for people: `52:54:00:00:00:01 on 0000:06:10.1`. */
export function nameOfCard(card: string): string {
  const element = readCard(card);
  const { mac, network, bridge, device, hostFunction, vlan } = readInterface(element);
  const place = network ?? bridge ?? device ?? hostFunction ?? 'a socket';
  const who = element.name === 'hostdev' ? 'PCI device' : mac;
  return `${who} on ${place}${vlan === undefined ? '' : `, VLAN ${String(vlan)}`}`;
}

/** The domain with the card, behind the devices that it has. */
export const withCard = (domainXml: string, card: string): string =>
  changedDevices(domainXml, (devices) => [...devices, readCard(card)]);

/** The domain without it. */
export function withoutCard(domainXml: string, card: string): string {
  const key = keyOf(readCard(card));
  return changedDevices(domainXml, (devices) => devices.filter((one) => !isCard(one) || keyOf(one) !== key));
}

function changedDevices(xml: string, change: (devices: readonly XmlElement[]) => readonly XmlElement[]): string {
  const root = readXml(xml);
  const children = root.children.map((child) =>
    isElement(child) && child.name === 'devices' ? { ...child, children: change(elements(child)) } : child,
  );
  return render({ ...root, children });
}

function readCard(card: string): XmlElement {
  const element = readXml(card);
  if (!isCard(element)) throw new Error(`<${element.name}> is no network card of a domain`);
  return element;
}

const isCard = ({ name }: XmlElement): boolean => name === 'interface' || name === 'hostdev';

const cardsOf = (domain: XmlElement): readonly XmlElement[] => elements(find(domain, 'devices')).filter(isCard);

const keyOf = (card: XmlElement): string =>
  card.name === 'interface' ? readInterface(card).mac.toLowerCase() : `function ${hostFunctionOf(card) ?? ''}`;

const places = ['network', 'bridge', 'device', 'hostFunction'] as const satisfies readonly (keyof InterfaceReading)[];

/** Of a domain that runs, libvirt tells what a network turned out to be as the type: a bridge or a device of the host. */
function isSame(found: XmlElement, wanted: XmlElement): boolean {
  if (found.name !== wanted.name) return false;
  const [have, want] = [readInterface(found), readInterface(wanted)];
  const named = places.filter((place) => want[place] !== undefined);
  const isThere = named.length === 0 ? have.type === want.type : named.every((place) => have[place] === want[place]);
  return isThere && have.vlan === want.vlan;
}
