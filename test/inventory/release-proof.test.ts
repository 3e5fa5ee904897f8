import { describe, expect, it } from '@jest/globals';
import { exceeds } from '../../src/inventory/capacity-conflict.js';
import type { Claim, HostFacts, PciFunction } from '../../src/inventory/model.js';
import {
  acceptedAs,
  functionChanges,
  isProofWanted,
  withProof,
  withUnproven,
} from '../../src/inventory/release-proof.js';
import { hostSummary } from '../../src/inventory/summary.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { card, host } from '../builders/placement.js';

const vnfc = vnfcId('a');
const own = '02:00:00:00:00:01';
const guestMac = '52:54:00:00:00:07';
const [pf, vf0, vf1] = card(1, 0, 2).map((one, at): PciFunction =>
  one.kind === 'vf'
    ? { ...one, driver: 'igbvf', vfMac: own, vfIndex: at - 1 }
    : { ...one, driver: 'igb', netdev: 'ens1' },
) as [PciFunction, PciFunction, PciFunction];

const facts = (...pciFunctions: readonly PciFunction[]): HostFacts => ({ ...host('h1').facts, pciFunctions });
const idle = facts(pf, vf0, vf1);
const holders = new Map([[vf0.address, vnfc]]);
const nobody = new Map<string, never>();

const { vfMac: _host, ...away } = { ...vf0, driver: 'vfio-pci' };
const inGuest: PciFunction = { ...away, guest: { domain: 'berth-a', mac: guestMac } };
const heldFacts = withProof(facts(pf, inGuest, vf1), idle, holders);

/** After the VNFC is gone the function looks like this. */
const after = (one: PciFunction) => withProof(facts(pf, one, vf1), heldFacts, nobody);
const quarantineOf = ({ pciFunctions }: HostFacts) => pciFunctions[1]?.quarantine;

describe('a function that a VNFC had', () => {
  it('is remembered as it was before, while it is held', () => {
    expect(heldFacts.pciFunctions[1]?.earlier).toEqual({ driver: 'igbvf', mac: own, vnfcId: vnfc, guestMac });
    expect(quarantineOf(heldFacts)).toBeUndefined();
    const later = withProof(facts(pf, inGuest, vf1), heldFacts, holders);
    expect(later).toEqual(heldFacts);
  });

  it('is free as soon as it is as before', () => {
    expect(after(vf0)).toEqual(idle);
  });

  it('may have another address that its card chose', () => {
    expect(quarantineOf(after({ ...vf0, vfMac: '0e:11:22:33:44:55' }))).toBeUndefined();
  });

  it('is in quarantine while it has the driver for guests', () => {
    expect(quarantineOf(after(away))).toEqual({
      reason: 'it has driver vfio-pci, and had igbvf before VNFC a had it',
      repair: 'virsh nodedev-reattach pci_0000_01_02_0',
    });
  });

  it('is in quarantine while it has no driver', () => {
    const { driver: _none, ...bare } = away;
    expect(quarantineOf(after(bare))).toEqual({
      reason: 'it has no driver, and had igbvf before VNFC a had it',
      repair:
        'modprobe igbvf; echo igbvf > /sys/bus/pci/devices/0000:01:02.0/driver_override; echo 0000:01:02.0 > /sys/bus/pci/drivers_probe; echo > /sys/bus/pci/devices/0000:01:02.0/driver_override',
    });
  });

  it('is in quarantine while it has the address of its guest', () => {
    expect(quarantineOf(after({ ...vf0, vfMac: guestMac }))).toEqual({
      reason: `it still has MAC address ${guestMac} of VNFC a`,
      repair:
        'ip link set ens1 vf 0 mac 00:00:00:00:00:00 vlan 0; echo 0000:01:02.0 > /sys/bus/pci/drivers/igbvf/unbind; echo igbvf > /sys/bus/pci/devices/0000:01:02.0/driver_override; echo 0000:01:02.0 > /sys/bus/pci/drivers_probe; echo > /sys/bus/pci/devices/0000:01:02.0/driver_override',
    });
  });

  it('is given to nobody while its network device is not there, and judged once it is', () => {
    const { vfMac: _unread, ...bound } = vf0;
    const unread = after(bound);
    expect(unread.pciFunctions[1]).toMatchObject({ takenFor: 'unusable', earlier: { mac: own, guestMac } });
    expect(quarantineOf(unread)).toBeUndefined();
    const later = (vfMac: string) => withProof(facts(pf, { ...vf0, vfMac }, vf1), unread, nobody);
    expect(quarantineOf(later(guestMac))?.reason).toMatch(/^it still has MAC address/);
    expect(later(own)).toEqual(idle);
  });

  it('is in quarantine while a domain has it that no VNFC belongs to', () => {
    const { reason, repair } = quarantineOf(after(inGuest)) ?? {};
    expect(reason).toBe('domain berth-a has it, and no VNFC that Berth knows of');
    expect(repair).toBe('virsh destroy berth-a; virsh undefine berth-a');
  });

  it('is told how to be freed of a domain whose name a shell would take apart', () => {
    const strange: PciFunction = { ...away, guest: { domain: "it's $(mine)" } };
    const word = `'it'\\''s $(mine)'`;
    expect(quarantineOf(after(strange))?.repair).toBe(`virsh destroy ${word}; virsh undefine ${word}`);
  });

  it('is proven as well where a domain had it that no VNFC ever belonged to', () => {
    const foreign = withProof(facts(pf, inGuest, vf1), idle, nobody);
    expect(quarantineOf(foreign)?.reason).toContain('domain berth-a has it');
    const destroyed = (one: PciFunction) => quarantineOf(withProof(facts(pf, one, vf1), foreign, nobody))?.reason;
    expect(destroyed(away)).toContain('it has driver vfio-pci, and had igbvf before');
    expect(destroyed({ ...vf0, vfMac: guestMac })).toContain(`it still has MAC address ${guestMac}`);
    expect(destroyed(vf0)).toBeUndefined();
  });

  it('stays in quarantine after a restart, which knows only what was stored, and comes back by itself', () => {
    const stored = JSON.parse(JSON.stringify(after(away))) as HostFacts;
    const still = withProof(facts(pf, away, vf1), stored, nobody);
    expect(still).toEqual(stored);
    expect(withProof(idle, still, nobody)).toEqual(idle);
  });

  it('had no host driver where the operator gives all functions the one for guests', () => {
    const before = facts(pf, away, { ...vf1, driver: 'vfio-pci' });
    const held = withProof(facts(pf, inGuest, vf1), before, holders);
    expect(quarantineOf(withProof(before, held, nobody))).toBeUndefined();
  });

  it('is judged by the other functions of its card where nobody saw it before', () => {
    const held = withProof(facts(pf, inGuest, vf1), undefined, holders);
    expect(quarantineOf(withProof(facts(pf, away, vf1), held, nobody))?.reason).toBe(
      'it has driver vfio-pci, and had igbvf before VNFC a had it',
    );
  });
});

it('a function whose driver the operator changed is not in quarantine: no VNFC had it', () => {
  expect(withProof(facts(pf, away, vf1), idle, nobody).pciFunctions[1]).toEqual(away);
});

it('the claims are asked for only where something has to be looked at', () => {
  expect(isProofWanted(idle, idle)).toBe(false);
  expect(isProofWanted(idle, undefined)).toBe(false);
  expect(isProofWanted(idle, heldFacts)).toBe(true);
  expect(isProofWanted(facts(pf, inGuest, vf1), undefined)).toBe(true);
});

describe('a function in quarantine', () => {
  const faulty = after(away);
  const on = { ...host('h1'), facts: faulty };

  it('is shown with its reason and repair, and its card is not given away whole', () => {
    const [shownCard, shown, other] = hostSummary(on, []).pciFunctions;
    expect(shown).toMatchObject({ available: false, quarantine: quarantineOf(faulty) });
    expect(shown?.unavailableBecause).toMatch(/^in quarantine: it has driver vfio-pci.*repair: virsh nodedev-reattach/);
    expect(shownCard?.unavailableBecause).toMatch(/^its function 0000:01:02.0 is in quarantine/);
    expect(other?.available).toBe(true);
  });

  it('is refused by the guard of the commit', () => {
    const claim: Claim = {
      ...{ hostId: hostId('h1'), kind: 'pci', key: vf0.address, exclusive: true, amount: 1 },
      ...{ allocationId: allocationId('b'), vnfcId: vnfcId('b'), vnfInstanceId: vnfInstanceId('vnf-2') },
      opOccId: opOccId('op'),
    };
    expect(exceeds(on, [], [claim])).toMatch(/0000:01:02.0 .*in quarantine: it has driver vfio-pci/);
    expect(exceeds(on, [], [{ ...claim, key: vf1.address }])).toBeUndefined();
  });
});

describe('news of functions', () => {
  it('are that one is in quarantine, once for each reason, and that it is back', () => {
    const faulty = after(away);
    expect(functionChanges(faulty, heldFacts)).toMatchObject([{ what: 'quarantined', address: vf0.address }]);
    expect(functionChanges(withProof(facts(pf, away, vf1), faulty, nobody), faulty)).toEqual([]);
    expect(functionChanges(idle, faulty)).toEqual([{ what: 'returned', address: vf0.address }]);
  });

  it('are that a driver was taken from one under a running guest', () => {
    const unbound = withProof(facts(pf, { ...inGuest, driver: 'igbvf' }, vf1), heldFacts, holders);
    expect(functionChanges(unbound, heldFacts)).toEqual([
      { what: 'unbound', address: vf0.address, vnfcId: vnfc, driver: 'igbvf' },
    ]);
    expect(functionChanges(unbound, unbound)).toEqual([]);
    expect(functionChanges(heldFacts, idle)).toEqual([]);
  });
});

describe('a function that is being given back', () => {
  const back = new Map([[vf0.address, vnfc]]);

  it('is judged even though it was never seen in its guest', () => {
    const judged = withProof(facts(pf, away, vf1), idle, nobody, back);
    expect(quarantineOf(judged)?.reason).toBe('it has driver vfio-pci, and had igbvf before VNFC a had it');
    expect(withProof(idle, idle, nobody, back)).toEqual(idle);
  });

  it('is withheld while its host does not answer, and free after a look that finds it in order', () => {
    const doubtful = withUnproven(heldFacts, new Set([vnfc]));
    expect(doubtful.pciFunctions.map(({ takenBy }) => takenBy)).toEqual([
      undefined,
      'the host was not looked at since VNFC a had it',
      undefined,
    ]);
    expect(withProof(idle, doubtful, nobody)).toEqual(idle);
    expect(withUnproven(heldFacts, new Set([vnfcId('b')]))).toEqual(heldFacts);
  });
});

describe('a function in quarantine that the operator accepts', () => {
  const faulty = after(away);
  const accepted = [acceptedAs(faulty.pciFunctions[1]!)];
  const judged = (one: PciFunction, before = faulty, taken = accepted) =>
    withProof(facts(pf, one, vf1), before, nobody, new Map(), taken);

  it('is free as it is, and compared with that from then on', () => {
    const free = judged(away);
    expect(free).toEqual(facts(pf, away, vf1));
    const again = withProof(facts(pf, inGuest, vf1), free, holders);
    expect(again.pciFunctions[1]?.earlier).toMatchObject({ driver: 'vfio-pci' });
    expect(quarantineOf(withProof(facts(pf, away, vf1), again, nobody))).toBeUndefined();
    const { driver: _none, ...bare } = away;
    const known = withProof(facts(pf, { ...vf0, driver: 'other' }, vf1), free, nobody);
    const held = withProof(facts(pf, inGuest, vf1), known, holders);
    expect(quarantineOf(withProof(facts(pf, bare, vf1), held, nobody))?.reason).toContain('and had other before');
  });

  it('stays there in another state, for another, or while a domain has it', () => {
    const { driver: _none, ...bare } = away;
    expect(quarantineOf(judged(bare))?.reason).toContain('no driver');
    expect(quarantineOf(judged(inGuest))?.reason).toContain('domain berth-a has it');
    expect(quarantineOf(judged(away, faulty, [{ ...accepted[0]!, vnfcId: vnfcId('b') }]))).toBeDefined();
    expect(quarantineOf(judged(away, faulty, [{ ...accepted[0]!, address: vf1.address }]))).toBeDefined();
  });

  it('is judged when a guest had it last', () => {
    expect(quarantineOf(judged(away, heldFacts))).toBeDefined();
  });

  it('may have a driver that makes no network device', () => {
    const other: PciFunction = { ...away, driver: 'mlx5_vfio_pci' };
    const waits = after(other);
    expect(waits.pciFunctions[1]?.takenBy).toContain('its network device');
    expect(judged(other, waits, [acceptedAs(waits.pciFunctions[1]!)])).toEqual(facts(pf, other, vf1));
  });
});
