import { describe, expect, it } from '@jest/globals';
import { withNameOwners } from '../../src/inventory/card-identity.js';
import type { HostFacts, PciFunction } from '../../src/inventory/model.js';
import { functionChanges, withProof } from '../../src/inventory/release-proof.js';
import { vnfcId } from '../../src/shared/ids.js';
import { card, host } from '../builders/placement.js';

const macs = ['0c:42:a1:00:00:01', '0c:42:a1:00:00:02'] as const;

/** A card with one virtual function, under a device name that the configuration has. */
function named(bus: number, netdev: string, mac: string): readonly PciFunction[] {
  return card(bus, 0, 1).map((one, at) => ({
    ...one,
    driver: 'igbvf',
    ...(one.kind === 'pf' ? { netdev, mac, isNamedByDevice: true as const } : { vfIndex: at - 1 }),
  }));
}
const facts = (...all: readonly (readonly PciFunction[])[]): HostFacts => ({
  ...host('h1').facts,
  pciFunctions: all.flat(),
});
const before = facts(named(1, 'ens1', macs[0]), named(2, 'ens2', macs[1]));
const swapped = facts(named(1, 'ens2', macs[0]), named(2, 'ens1', macs[1]));
const taken = ({ pciFunctions }: HostFacts) => pciFunctions.filter(({ takenBy }) => takenBy !== undefined).length;

describe('device names that swapped', () => {
  it('put no function on the wrong wire, and are news once', () => {
    const found = withNameOwners(swapped, before);
    expect(taken(found)).toBe(4);
    expect(found.pciFunctions[0]?.takenBy).toBe(
      `network device ens2, which the configuration names, was of the card with MAC address ${macs[1]} at 0000:02:00.0 before, and is of the one with ${macs[0]} at 0000:01:00.0 now: name cards by MAC address in physicalNetworks`,
    );
    expect(functionChanges(found, before)).toMatchObject([{ what: 'other-card' }, { what: 'other-card' }]);
    const still = withNameOwners(swapped, found);
    expect(still).toEqual(found);
    expect(functionChanges(still, found)).toEqual([]);
  });

  it('are in order again when they are back', () => {
    expect(withNameOwners(before, withNameOwners(swapped, before))).toEqual(before);
  });

  it('do not matter where cards are named by what stays', () => {
    const stays = (all: HostFacts): HostFacts => ({
      ...all,
      pciFunctions: all.pciFunctions.map(({ isNamedByDevice: _by, ...one }) => one),
    });
    expect(taken(withNameOwners(stays(swapped), stays(before)))).toBe(0);
  });

  it('are known after a guest had one of the cards, which had no device meanwhile', () => {
    const [pf] = before.pciFunctions as [PciFunction];
    const { netdev: _name, mac: _mac, isNamedByDevice: _by, ...away } = pf;
    const given = { ...away, driver: 'vfio-pci', guest: { domain: 'berth-a' } };
    const holders = new Map([[pf.address, vnfcId('a')]]);
    const held = withProof(facts([given], named(2, 'ens2', macs[1])), before, holders);
    expect(taken(withNameOwners(swapped, held))).toBe(4);
  });
});

it('a card that another bus number was given to is the same card', () => {
  expect(taken(withNameOwners(facts(named(3, 'ens1', macs[0])), before))).toBe(0);
});

it('a card that was replaced in its slot is on the same wire', () => {
  expect(taken(withNameOwners(facts(named(1, 'ens1', '0c:42:a1:00:00:09')), before))).toBe(0);
});

it('a function that a VNFC holds is not taken for one of another card that has its address now', () => {
  const [, vf] = before.pciFunctions as [PciFunction, PciFunction];
  const holders = new Map([[vf.address, vnfcId('a')]]);
  const inGuest = { ...vf, driver: 'vfio-pci', guest: { domain: 'berth-a' } };
  const held = withProof(
    { ...before, pciFunctions: before.pciFunctions.map((one) => (one === vf ? inGuest : one)) },
    before,
    holders,
  );
  const renumbered = facts(named(1, 'ens2', macs[1]), named(2, 'ens1', macs[0]));
  const found = withProof(renumbered, held, holders);
  expect(found.pciFunctions[1]?.takenBy).toBe(
    `it is of the card with MAC address ${macs[1]} now, and VNFC a had one of ${macs[0]}, which is at 0000:02:00.0 now: scale in or terminate its VNF, or put that card back at this address`,
  );
  expect(functionChanges(found, held)).toMatchObject([{ what: 'other-card', address: vf.address }]);
});

it('a card that goes down is news with the VNFCs that have functions of it', () => {
  const [pf, vf] = before.pciFunctions as [PciFunction, PciFunction];
  const down = facts([
    { ...pf, isDown: true },
    { ...vf, earlier: { vnfcId: vnfcId('a') } },
  ]);
  expect(functionChanges(down, before)).toEqual([{ what: 'card-down', address: pf.address, vnfcIds: [vnfcId('a')] }]);
  expect(functionChanges(before, down)).toMatchObject([{ what: 'card-up' }]);
  expect(functionChanges(down, undefined)).toEqual([]);
});
