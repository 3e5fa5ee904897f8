/**
 * Identifies cards by what does not change. Network devices are renamed when their card returns from a guest, and buses are
 * renumbered when a card is added: another card under the same name is not given to any VNFC.
 */
import { defined } from '../shared/defined.js';
import { serialOf } from './same-card.js';
import type { CardIdentity, HostFacts, PciFunction } from './model.js';

/** The card that a function is, or is of; undefined while nobody tells its MAC address. */
export function cardOf(one: PciFunction, all: readonly PciFunction[]): CardIdentity | undefined {
  const card = one.kind === 'pf' ? one : all.find(({ address }) => address === one.parent);
  const mac = card?.knownMac ?? card?.mac ?? card?.earlier?.card?.mac;
  if (card === undefined || mac === undefined) return undefined;
  return { mac, address: card.address, ...defined({ serial: serialOf(card) }) };
}

/** Marks cards that a device name puts on a network, when that name was another card's before. */
export function withNameOwners(facts: HostFacts, before: HostFacts | undefined): HostFacts {
  const owners = ownersOfNames(before);
  const misnamed = new Map<string, PciFunction>();
  for (const one of facts.pciFunctions) {
    const { netdev, mac, address } = one;
    const owner = netdev === undefined ? undefined : owners.get(netdev);
    if (one.isNamedByDevice !== true || mac === undefined || owner === undefined) continue;
    if (owner.mac !== mac && owner.mac !== one.knownMac && owner.address !== address)
      misnamed.set(address, { ...one, nameWasOf: owner });
  }
  if (misnamed.size === 0) return facts;
  return { ...facts, pciFunctions: facts.pciFunctions.map((one) => withheld(one, misnamed)) };
}

function withheld(one: PciFunction, misnamed: ReadonlyMap<string, PciFunction>): PciFunction {
  const card = misnamed.get(one.kind === 'vf' ? (one.parent ?? '') : one.address);
  if (card?.nameWasOf === undefined) return one;
  const nameWasOf = one.kind === 'pf' && { nameWasOf: card.nameWasOf };
  if (one.takenBy !== undefined) return { ...one, ...nameWasOf };
  const { mac, address } = card.nameWasOf;
  const takenBy = `network device ${card.netdev ?? ''}, which the configuration names, was of the card with MAC address ${mac} at ${address} before, and is of the one with ${card.mac ?? ''} at ${card.address} now: name cards by MAC address in physicalNetworks`;
  return { ...one, ...nameWasOf, takenBy, takenFor: 'unusable', takenFix: byMacFix, fault: 'network' };
}

const byMacFix =
  'name cards by MAC address in physicalNetworks of the host, or give the network devices their names back (`ip link set OLD name NEW`, udev rules)';

/** Network device -> the card that had it; one under a wrong name is not taken for its owner. */
function ownersOfNames(before: HostFacts | undefined): ReadonlyMap<string, CardIdentity> {
  const owners = new Map<string, CardIdentity>();
  for (const one of before?.pciFunctions ?? []) {
    if (one.kind !== 'pf') continue;
    const name = one.netdev ?? one.earlier?.netdev;
    const card = one.nameWasOf ?? cardOf(one, before?.pciFunctions ?? []);
    if (name !== undefined && card !== undefined) owners.set(name, card);
  }
  return owners;
}
