/**
 * Whether PCI functions are as they were before a VNFC had them. What is not in order is in quarantine: given to nobody until
 * it is seen in order again. All of it stands in the facts of the host, which are stored: a restart forgets nothing.
 */
import { cardOf } from './card-identity.js';
import { defined } from '../shared/defined.js';
import { shellWord } from '../shared/shell-word.js';
import type { AcceptedFunction, EarlierState, HostFacts, PciFunction, Quarantine } from './model.js';
import type { VnfcId } from '../shared/ids.js';

/** Whether something of it has to be looked at: most hosts have nothing, and the claims are not asked for. */
export function isProofWanted(facts: HostFacts, before: HostFacts | undefined): boolean {
  const then = byAddress(before);
  return facts.pciFunctions.some((one) => one.guest !== undefined || isChanged(one, then.get(one.address)));
}

/** Functions that a VNFC had when they were last seen. */
export const hasHeldFunctions = (facts: HostFacts | undefined): boolean =>
  facts?.pciFunctions.some(({ earlier }) => earlier !== undefined) ?? false;

const isChanged = (one: PciFunction, then: PciFunction | undefined): boolean =>
  then !== undefined && (then.earlier !== undefined || then.guest !== undefined || one.driver !== then.driver);

const byAddress = (facts: HostFacts | undefined): ReadonlyMap<string, PciFunction> =>
  new Map(facts?.pciFunctions.map((one) => [one.address, one]));

/**
 * `holders`: PCI address -> VNFC that has a claim on it, or had one when the host began to tell. `released`: the VNFC that gives
 * it back now, its guest gone: what was not seen while it had the function is judged all the same. `accepted`: those in
 * quarantine that the operator takes as they are.
 */
export function withProof(
  facts: HostFacts,
  before: HostFacts | undefined,
  holders: ReadonlyMap<string, VnfcId>,
  released: ReadonlyMap<string, VnfcId> = new Map(),
  accepted: readonly AcceptedFunction[] = [],
): HostFacts {
  const then = byAddress(before);
  const all = facts.pciFunctions;
  const judged = all.map((one) =>
    judge(one, holders.get(one.address), {
      ...{ then: then.get(one.address), all, before: before?.pciFunctions ?? [] },
      releasedBy: released.get(one.address),
      accepted: accepted.find(({ address }) => address === one.address),
    }),
  );
  return { ...facts, pciFunctions: withoutTheirCards(judged) };
}

/** What a function is judged beside. */
interface Beside {
  /** The same function, as it was seen before. */
  readonly then: PciFunction | undefined;
  readonly all: readonly PciFunction[];
  readonly before: readonly PciFunction[];
  readonly releasedBy: VnfcId | undefined;
  readonly accepted: AcceptedFunction | undefined;
}

function judge(one: PciFunction, vnfcId: VnfcId | undefined, beside: Beside): PciFunction {
  const { then, all, releasedBy } = beside;
  if (vnfcId !== undefined) return held(one, vnfcId, beside);
  if (isAccepted(one, beside)) return one;
  const known = then?.earlier ?? (releasedBy && { ...asFree(then, one, all, beside.before), vnfcId: releasedBy });
  const quarantine = one.isGone === true ? undefined : faultOf(one, known, all);
  if (quarantine === undefined) return known !== undefined && isUnread(one, known) ? unread(one, known) : one;
  const { reason, repair } = quarantine;
  const guestMac = one.guest?.mac;
  const earlier = known ?? { ...asFree(then, one, all, beside.before), ...defined({ guestMac }) };
  return { ...one, earlier, quarantine, takenBy: `in quarantine: ${reason}; repair: ${repair}` };
}

/** In quarantine, or its proof waits for something that may never come: a network device, where its driver makes none. */
export const isWithheld = ({ quarantine, earlier, guest, takenFor }: PciFunction): boolean =>
  quarantine !== undefined || (earlier !== undefined && guest === undefined && takenFor === 'unusable');

/** Never one that a domain has: that is a fault whatever the operator says. */
const isAccepted = (one: PciFunction, { then, accepted }: Beside): boolean =>
  accepted !== undefined &&
  then !== undefined &&
  isWithheld(then) &&
  one.guest === undefined &&
  isAcceptedState(one, accepted) &&
  accepted.vnfcId === then.earlier?.vnfcId;

/** Whether the function is as it was when it was accepted. */
export const isAcceptedState = ({ driver, vfMac, isGone }: PciFunction, accepted: AcceptedFunction): boolean =>
  isGone !== true && driver === accepted.driver && vfMac === accepted.mac;

export const acceptedAs = ({ address, driver, vfMac, earlier }: PciFunction): AcceptedFunction => ({
  address,
  ...defined({ driver, mac: vfMac, vnfcId: earlier?.vnfcId }),
});

/**
 * libvirt tells the driver of a function before the network device that the driver makes, and with it the MAC address: until
 * then nobody knows whether that is still the guest's.
 */
const isUnread = ({ kind, isGone, vfMac }: PciFunction, { mac }: EarlierState): boolean =>
  kind === 'vf' && isGone !== true && mac !== undefined && vfMac === undefined;

const unread = (one: PciFunction, earlier: EarlierState): PciFunction => ({
  ...one,
  earlier,
  ...(one.takenBy === undefined && {
    takenBy: `its network device, which it had before ${ownerText(earlier)} had it, is not there yet`,
    takenFor: 'unusable',
  }),
});

/** A claim alone changes nothing yet: a guest that has the function does. */
function held(one: PciFunction, vnfcId: VnfcId, { then, all, before }: Beside): PciFunction {
  const { guest } = one;
  if (guest === undefined && !isChanged(one, then)) return one;
  const known = then?.earlier ?? asFree(then, one, all, before);
  const guestMac = guest?.mac ?? known.guestMac;
  const earlier = { ...known, vnfcId, ...(guestMac !== undefined && { guestMac }) };
  if (one.takenBy !== undefined) return { ...one, earlier };
  const takenBy = otherCardText(one, earlier, all);
  return { ...one, earlier, ...(takenBy !== undefined && { takenBy, takenFor: 'unusable' }) };
}

const ofOtherCard = 'it is of the card';

/** Buses may be renumbered while a VNFC is off: its address may then belong to another card. */
function otherCardText(
  one: PciFunction,
  { card, vnfcId }: EarlierState,
  all: readonly PciFunction[],
): string | undefined {
  const now = cardOf(one, all);
  if (card === undefined || now === undefined || now.mac === card.mac) return undefined;
  const there = all.find(({ kind, mac, knownMac }) => kind === 'pf' && (mac === card.mac || knownMac === card.mac));
  const where = there === undefined ? 'is not on the host' : `is at ${there.address} now`;
  return `${ofOtherCard} with MAC address ${now.mac} now, and VNFC ${vnfcId ?? ''} had one of ${card.mac}, which ${where}: scale in or terminate its VNF, or put that card back at this address`;
}

/** How it was before the guest had it; where nobody saw that, another function of the card tells the driver. */
function asFree(
  then: PciFunction | undefined,
  now: PciFunction,
  all: readonly PciFunction[],
  before: readonly PciFunction[],
): EarlierState {
  const seen = then !== undefined && then.guest === undefined ? then : undefined;
  const { driver } = seen ?? siblingOf(now, all) ?? {};
  return defined({ driver, mac: seen?.vfMac, card: cardOf(seen ?? now, seen ? before : all), netdev: seen?.netdev });
}

const siblingOf = (now: PciFunction, all: readonly PciFunction[]): PciFunction | undefined =>
  all.find(
    (one) => one.kind === 'vf' && one.parent === now.parent && now.kind === 'vf' && isOfHost(one.driver) && !one.guest,
  );

/** A driver with which the host itself uses the function. */
const isOfHost = (driver: string | undefined): boolean => driver !== undefined && driver !== 'vfio-pci';

function faultOf(
  one: PciFunction,
  earlier: EarlierState | undefined,
  all: readonly PciFunction[],
): Quarantine | undefined {
  if (one.guest !== undefined) return stillInUse(one.guest.domain);
  if (earlier === undefined) return undefined;
  return driverFault(one, earlier) ?? addressFault(one, earlier, all);
}

const stillInUse = (domain: string): Quarantine => ({
  reason: `domain ${domain} has it, and no VNFC that Berth knows of`,
  repair: `virsh destroy ${shellWord(domain)}; virsh undefine ${shellWord(domain)}`,
});

function driverFault({ address, driver }: PciFunction, earlier: EarlierState): Quarantine | undefined {
  if (!isOfHost(earlier.driver) || isOfHost(driver)) return undefined;
  const was = `and had ${earlier.driver ?? ''} before ${ownerText(earlier)} had it`;
  return driver === undefined
    ? {
        reason: `it has no driver, ${was}`,
        repair: `modprobe ${shellWord(earlier.driver ?? '')}; ${bindText(address, earlier.driver ?? '')}`,
      }
    : {
        reason: `it has driver ${driver}, ${was}`,
        repair: `virsh nodedev-reattach pci_${address.replace(/[:.]/g, '_')}`,
      };
}

/**
 * Binds also where the card has `sriov_drivers_autoprobe` 0, and where another driver was named for the function: the kernel
 * passes over both in silence.
 */
function bindText(address: string, driver: string): string {
  const override = `/sys/bus/pci/devices/${address}/driver_override`;
  return `echo ${driver} > ${override}; echo ${address} > /sys/bus/pci/drivers_probe; echo > ${override}`;
}

/** A card chooses a new address for a function whenever a driver binds it, so a changed address is not a fault. */
function addressFault(one: PciFunction, earlier: EarlierState, all: readonly PciFunction[]): Quarantine | undefined {
  const { guestMac } = earlier;
  if (guestMac === undefined || one.vfMac !== guestMac || earlier.mac === guestMac) return undefined;
  const card = all.find(({ address }) => address === one.parent)?.netdev ?? 'CARD';
  const index = one.vfIndex === undefined ? 'NUMBER' : String(one.vfIndex);
  const driver = one.driver ?? '';
  return {
    reason: `it still has MAC address ${guestMac} of ${ownerText(earlier)}`,
    repair: `ip link set ${shellWord(card)} vf ${index} mac 00:00:00:00:00:00 vlan 0; echo ${one.address} > /sys/bus/pci/drivers/${driver}/unbind; ${bindText(one.address, driver)}`,
  };
}

const ownerText = ({ vnfcId }: EarlierState): string => (vnfcId === undefined ? 'a VNFC' : `VNFC ${vnfcId}`);

/**
 * A host that failed to answer when these VNFCs gave back their functions: nobody gets the functions until it was looked at,
 * which judges them.
 */
export function withUnproven(facts: HostFacts, vnfcIds: ReadonlySet<VnfcId>): HostFacts {
  const pciFunctions = facts.pciFunctions.map((one): PciFunction => {
    const vnfcId = one.earlier?.vnfcId;
    if (vnfcId === undefined || !vnfcIds.has(vnfcId) || one.quarantine !== undefined) return one;
    return { ...one, takenBy: `the host was not looked at since VNFC ${vnfcId} had it`, takenFor: 'unusable' };
  });
  return { ...facts, pciFunctions };
}

/** A card whose functions are not in order is not given away whole either. */
function withoutTheirCards(all: readonly PciFunction[]): readonly PciFunction[] {
  const faulty = new Map(
    all.flatMap((one) => (one.kind === 'vf' && one.quarantine ? [[one.parent, one] as const] : [])),
  );
  if (faulty.size === 0) return all;
  return all.map((one) => {
    const part = faulty.get(one.address);
    if (part === undefined || one.takenBy !== undefined) return one;
    return { ...one, takenBy: `its function ${part.address} is ${part.takenBy ?? ''}`, takenFor: 'unusable' };
  });
}

/** What became of a function between two looks. */
export type FunctionChange =
  | ({ readonly what: 'quarantined'; readonly address: string } & Quarantine)
  | { readonly what: 'returned'; readonly address: string }
  /** A card on a physical network lost its link, or has it again; `vnfcIds`: those that have functions of it. */
  | { readonly what: 'card-down' | 'card-up'; readonly address: string; readonly vnfcIds: readonly VnfcId[] }
  /** A card, or a function that a VNFC holds, is another one under the same name or address. */
  | { readonly what: 'other-card'; readonly address: string; readonly reason: string }
  /** Its driver is not the one under which a guest has it, and the guest's domain runs. */
  | { readonly what: 'unbound'; readonly address: string; readonly vnfcId: VnfcId; readonly driver: string };

export function functionChanges(now: HostFacts, before: HostFacts | undefined): readonly FunctionChange[] {
  const then = byAddress(before);
  return now.pciFunctions.flatMap((one): readonly FunctionChange[] => {
    const was = then.get(one.address);
    const { address, quarantine } = one;
    if (quarantine !== undefined)
      return was?.quarantine?.reason === quarantine.reason ? [] : [{ what: 'quarantined', address, ...quarantine }];
    if (was?.quarantine !== undefined) return [{ what: 'returned', address }];
    if (isOther(one) && (was === undefined || !isOther(was)))
      return [{ what: 'other-card', address, reason: one.takenBy ?? '' }];
    if (one.kind === 'pf' && one.physicalNetwork !== undefined && was !== undefined && one.isDown !== was.isDown)
      return [
        { what: one.isDown === true ? 'card-down' : 'card-up', address, vnfcIds: usersOf(one, now.pciFunctions) },
      ];
    return isUnbound(one, was)
      ? [{ what: 'unbound', address, vnfcId: one.earlier.vnfcId, driver: one.driver ?? '' }]
      : [];
  });
}

const isOther = ({ nameWasOf, takenBy }: PciFunction): boolean =>
  nameWasOf !== undefined || takenBy?.startsWith(ofOtherCard) === true;

const usersOf = (card: PciFunction, all: readonly PciFunction[]): readonly VnfcId[] => [
  ...new Set(all.flatMap(({ parent, earlier }) => (parent === card.address ? (earlier?.vnfcId ?? []) : []))),
];

function isUnbound(
  one: PciFunction,
  was: PciFunction | undefined,
): one is PciFunction & { readonly earlier: { readonly vnfcId: VnfcId } } {
  const isGuests = one.guest !== undefined && one.earlier?.vnfcId !== undefined;
  return isGuests && was?.driver === 'vfio-pci' && one.driver !== 'vfio-pci';
}
