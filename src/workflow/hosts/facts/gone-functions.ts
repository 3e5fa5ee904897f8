/**
 * Virtual functions that a VNFC holds and that are gone from their host (`sriov_numvfs` was written). They stay in the
 * facts as unavailable: their card is not assigned whole as long as they are claimed.
 */
import type { Claim, HostFacts, PciFunction } from '../../../inventory/model.js';
import type { VnfcId } from '../../../shared/ids.js';
import { holdersByKey } from '../../../inventory/resources/table.js';

/** `claimsOfHost` is asked only when functions of the last look are missing. */
export async function withGoneFunctions(
  facts: HostFacts,
  before: HostFacts | undefined,
  claimsOfHost: () => Promise<readonly Claim[]>,
): Promise<HostFacts> {
  const there = new Set(facts.pciFunctions.map(({ address }) => address));
  const missing = before?.pciFunctions.filter(({ kind, address }) => kind === 'vf' && !there.has(address)) ?? [];
  if (missing.length === 0) return facts;
  const holders = holdersByKey('pci', await claimsOfHost());
  const gone = missing.flatMap((one): PciFunction[] => {
    const holder = holders.get(one.address);
    if (holder === undefined) return [];
    return [{ ...one, takenBy: `it is gone from the host, while VNFC ${holder} holds it`, isGone: true }];
  });
  return gone.length === 0 ? facts : { ...facts, pciFunctions: [...facts.pciFunctions, ...gone] };
}

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
