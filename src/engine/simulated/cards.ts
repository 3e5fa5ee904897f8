/**
 * Network cards that come and go while a simulated domain is defined or runs. A guest that is hung gives none up.
 */
import { nameOfCard, presenceOf, withCard, withoutCard } from '../../libvirt-xml/cards.js';
import { whyMalformed } from '../../libvirt-xml/read-well-formed.js';
import type { VnfcId } from '../../shared/ids.js';
import { admitCards } from './admission.js';
import { readDomainDemand } from './domain-demand.js';
import { changeDomain, findDomain } from './domain-table.js';
import type { RunningDomain, SimulatedDomain, SimulatedHost } from './host-state.js';
import { Refusal, rejected } from './refusal.js';

export function ensureCard(host: SimulatedHost, uuid: VnfcId, card: string): void {
  refuseMalformed(card);
  const { xml, running } = findDomain(host, uuid);
  for (const one of [running?.xml, xml]) {
    if (one !== undefined && presenceOf(one, card) === 'other')
      throw new Refusal('Conflict', 'operationFailed', `domain ${uuid} has another card like ${nameOfCard(card)}`);
  }
  if (running !== undefined && presenceOf(running.xml, card) === 'absent') {
    const after = withCard(running.xml, card);
    admitCards(host, readDomainDemand(after));
    changeDomain(host, uuid, { running: rewired(host, running, after) });
  }
  if (presenceOf(xml, card) === 'absent') changeDomain(host, uuid, definition(withCard(xml, card)));
}

/** Whether the guest keeps the card. */
export function isKept(host: SimulatedHost, uuid: VnfcId, card: string): boolean {
  const { running } = findDomain(host, uuid);
  return running?.guest.hung === true && presenceOf(running.xml, card) === 'there';
}

export function removeCard(host: SimulatedHost, uuid: VnfcId, card: string): void {
  refuseMalformed(card);
  const { xml, running } = findDomain(host, uuid);
  if (running !== undefined && presenceOf(running.xml, card) === 'there')
    changeDomain(host, uuid, { running: rewired(host, running, withoutCard(running.xml, card)) });
  if (presenceOf(xml, card) === 'there') changeDomain(host, uuid, definition(withoutCard(xml, card)));
}

const definition = (xml: string): Pick<SimulatedDomain, 'xml' | 'demand'> => ({ xml, demand: readDomainDemand(xml) });

/** Cards that stay keep their devices on the host. */
function rewired(host: SimulatedHost, running: RunningDomain, xml: string): RunningDomain {
  const demand = readDomainDemand(xml);
  const tapOf = new Map(running.demand.cards.map(({ mac }, at) => [mac, running.taps[at]]));
  const taps = demand.cards.map(({ mac }) => tapOf.get(mac) ?? `vnet${String(host.state.nextTap++)}`);
  return { ...running, xml, demand, taps };
}

function refuseMalformed(card: string): void {
  const why = whyMalformed(card);
  if (why !== undefined) throw rejected('xml', `malformed XML of a card: ${why}`);
}
