/**
 * Where cards stand in the guest's PCI tree, by order:
 *
 *   pcie.0 -- 01.0 root port 1 -- card 0        virtio and passed-through cards: one root port each, so that they
 *          |- 01.1 root port 2 -- card 1        are PCI Express devices and can be plugged at run time;
 *          |- …                                 guest bus = position + 1 (`enp1s0`, `enp2s0`, …)
 *          `- 08.0, 09.0, …                     emulated cards: on the board itself (`enp0s8`, …), where an old
 *                                               guest looks and a conventional PCI card may be
 */
import { el, type XmlElement } from '../xml/element.js';
import type { InterfaceSpec } from '../domain-spec.js';
import { pciAddress } from '../pci-address.js';

export interface PlacedCard {
  readonly card: InterfaceSpec;
  /** The card's own `<address>`. */
  readonly slot: XmlElement;
}

const functionsPerSlot = 8;
const firstPortSlot = 0x01;
const firstBoardSlot = 0x08;

export function placeCards(cards: readonly InterfaceSpec[]): {
  readonly rootPorts: readonly XmlElement[];
  readonly cards: readonly PlacedCard[];
} {
  const ordered = [...cards].sort((a, b) => a.order - b.order);
  const behindPorts = ordered.filter((card) => !onBoard(card));
  const placed = ordered.map((card) => ({
    card,
    slot: onBoard(card)
      ? guestAddress(0, firstBoardSlot + ordered.filter(onBoard).indexOf(card))
      : guestAddress(behindPorts.indexOf(card) + 1, 0),
  }));
  return { rootPorts: behindPorts.map((_card, position) => rootPort(position)), cards: placed };
}

const isPassedThrough = ({ source }: InterfaceSpec): boolean =>
  source.kind === 'hostdev' || (source.kind === 'none' && source.place === 'hostdev');

const onBoard = (card: InterfaceSpec): boolean => !isPassedThrough(card) && card.model !== 'virtio';

const guestAddress = (bus: number, slot: number): XmlElement =>
  pciAddress({ domain: 0, bus, slot, function: 0 }, { type: 'pci' });

function rootPort(position: number): XmlElement {
  const slot = firstPortSlot + Math.floor(position / functionsPerSlot);
  const fn = position % functionsPerSlot;
  return el(
    'controller',
    { type: 'pci', index: position + 1, model: 'pcie-root-port' },
    pciAddress({ domain: 0, bus: 0, slot, function: fn }, { type: 'pci', multifunction: fn === 0 ? 'on' : undefined }),
  );
}
