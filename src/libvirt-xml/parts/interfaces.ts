/**
 * Network cards. Each stands in a PCI slot fixed by its order, before any slot that libvirt gives out itself, so that
 * neither a disk more nor a redefinition ever changes which card is first (`pci-slots.ts`).
 *
 * virtio-net gets one queue pair per vCPU it can use. The vhost driver is not named: libvirt takes it where the host
 * has it and falls back to QEMU's own where not. Boot ROMs are left out: no VNFC boots from the network, and SeaBIOS
 * would run one per card.
 */
import { el, type XmlElement } from '../xml/element.js';
import type { DomainSpec, InterfaceSpec } from '../domain-spec.js';
import type { Contribution } from './part.js';
import { pciAddress, readPciAddress } from '../pci-address.js';
import { placeCards, type PlacedCard } from './pci-slots.js';

export function interfaces(spec: DomainSpec): Contribution {
  const placed = placeCards(spec.interfaces);
  return { devices: [...placed.rootPorts, ...placed.cards.flatMap((card) => cardElement(card) ?? [])] };
}

/** By CPD, each as it stands in the domain; one that is connected to nothing has a port and no card. */
export const cardElements = (spec: DomainSpec): ReadonlyMap<string, XmlElement> =>
  new Map(
    placeCards(spec.interfaces).cards.flatMap((placed) => {
      const element = cardElement(placed);
      return element === undefined ? [] : [[placed.card.cpdId, element] as const];
    }),
  );

function cardElement({ card, slot }: PlacedCard): XmlElement | undefined {
  const { source } = card;
  if (source.kind === 'none') return undefined;
  if (source.kind !== 'hostdev') return tapElement(card, slot);
  return source.function === 'vf' ? functionInterface(card, source, slot) : wholeFunction(source, slot);
}

/** A tap on a network's or the host's own bridge, a macvtap device, or a socket to a userspace switch. */
function tapElement(card: InterfaceSpec, slot: XmlElement): XmlElement {
  const { source, mtu, queues, model } = card;
  return el(
    'interface',
    { type: source.kind },
    el('mac', { address: card.mac }),
    source.kind === 'network' ? el('source', { network: source.network }) : undefined,
    source.kind === 'bridge' ? el('source', { bridge: source.bridge }) : undefined,
    source.kind === 'direct' ? el('source', { dev: source.device, mode: 'bridge' }) : undefined,
    source.kind === 'vhostuser' ? el('source', { type: 'unix', path: source.path, mode: 'server' }) : undefined,
    el('model', { type: model }),
    model === 'virtio' && queues > 1 ? el('driver', { queues }) : undefined,
    mtu === undefined ? undefined : el('mtu', { size: mtu }),
    el('rom', { enabled: false }),
    slot,
  );
}

type HostFunction = Extract<InterfaceSpec['source'], { kind: 'hostdev' }>;

/** A virtual function: libvirt sets its MAC address and VLAN on the physical one before the guest has it. */
function functionInterface(card: InterfaceSpec, source: HostFunction, slot: XmlElement): XmlElement {
  return el(
    'interface',
    { type: 'hostdev', managed: true },
    el('mac', { address: card.mac }),
    el('driver', { name: 'vfio' }),
    el('source', {}, hostAddress(source, { type: 'pci' })),
    source.vlan === undefined ? undefined : el('vlan', {}, el('tag', { id: source.vlan })),
    el('rom', { enabled: false }),
    slot,
  );
}

/** A physical function: the card as it is, its own MAC address included. */
function wholeFunction(source: HostFunction, slot: XmlElement): XmlElement {
  return el(
    'hostdev',
    { mode: 'subsystem', type: 'pci', managed: true },
    el('driver', { name: 'vfio' }),
    el('source', {}, hostAddress(source, {})),
    el('rom', { enabled: false }),
    slot,
  );
}

const hostAddress = (source: HostFunction, type: { readonly type?: 'pci' }): XmlElement =>
  pciAddress(readPciAddress(source.address), type);
