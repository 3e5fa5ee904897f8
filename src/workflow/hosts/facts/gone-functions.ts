/**
 * Functions that a VNFC holds and that are gone from their host (`sriov_numvfs` was written, the card was taken out), and those
 * that were not yet found in order after a VNFC. They stay in the facts as unavailable: the card of a claimed one is not assigned
 * whole, and one that one reading missed does not leave quarantine by that.
 */
import { cardOf } from '../../../inventory/card-identity.js';
import type { Claim, EarlierState, HostFacts, PciFunction } from '../../../inventory/model.js';
import { defined } from '../../../shared/defined.js';
import type { VnfcId } from '../../../shared/ids.js';
import { holdersByKey } from '../../../inventory/resources/table.js';

/** `claimsOfHost` is asked only when functions of the last look are missing. */
export async function withGoneFunctions(
  facts: HostFacts,
  before: HostFacts | undefined,
  claimsOfHost: () => Promise<readonly Claim[]>,
): Promise<HostFacts> {
  const there = new Set(facts.pciFunctions.map(({ address }) => address));
  const missing = before?.pciFunctions.filter(({ kind, address }) => kind !== 'other' && !there.has(address)) ?? [];
  if (missing.length === 0) return facts;
  const holders = holdersByKey('pci', await claimsOfHost());
  const gone = missing.flatMap((one) => goneOne(one, holders.get(one.address), before?.pciFunctions ?? []) ?? []);
  return gone.length === 0 ? facts : { ...facts, pciFunctions: [...facts.pciFunctions, ...gone] };
}

/** Remembers its card, so that it is known again at another address. */
function goneOne(one: PciFunction, holder: VnfcId | undefined, all: readonly PciFunction[]): PciFunction | undefined {
  const { guest: _left, takenFor: _was, quarantine, ...rest } = one;
  if (holder !== undefined) {
    const earlier = { ...(one.earlier ?? asItWas(one, all)), vnfcId: holder };
    return { ...rest, earlier, takenBy: `it is gone from the host, while VNFC ${holder} holds it`, isGone: true };
  }
  if (one.earlier === undefined) return undefined;
  if (quarantine === undefined) return { ...rest, takenBy: goneBeforeProof, isGone: true };
  return {
    ...rest,
    quarantine,
    takenBy: `it is gone from the host, and was in quarantine: ${quarantine.reason}`,
    isGone: true,
  };
}

const goneBeforeProof = 'it is gone from the host, and nobody saw it in order since a VNFC had it';

const asItWas = (one: PciFunction, all: readonly PciFunction[]): EarlierState =>
  defined({ driver: one.driver, mac: one.vfMac, card: cardOf(one, all), netdev: one.netdev });

export interface GoneFunction {
  readonly vnfcId: VnfcId;
  readonly address: string;
}

/** Those that were still there before. */
export async function newlyGone(
  facts: HostFacts,
  before: HostFacts | undefined,
  claimsOfHost: () => Promise<readonly Claim[]>,
): Promise<readonly GoneFunction[]> {
  const known = new Set((before?.pciFunctions ?? []).flatMap(({ isGone, address }) => (isGone ? [address] : [])));
  const gone = facts.pciFunctions.filter(({ isGone, address }) => isGone === true && !known.has(address));
  if (gone.length === 0) return [];
  const holders = holdersByKey('pci', await claimsOfHost());
  return gone.flatMap(({ address }) => {
    const vnfcId = holders.get(address);
    return vnfcId === undefined ? [] : [{ vnfcId, address }];
  });
}
