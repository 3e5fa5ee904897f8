/**
 * The functions of a host held against what VNFCs had of it. The claims are read before the host tells its state and after:
 * a function that is given back meanwhile is not judged by a state that was seen while a guest had it.
 */
import type { Claim, HostFacts } from '../../../inventory/model.js';
import { withNameOwners } from '../../../inventory/card-identity.js';
import { functionChanges, hasHeldFunctions, isProofWanted, withProof } from '../../../inventory/release-proof.js';
import { holdersByKey } from '../../../inventory/resources/table.js';
import type { HostId, VnfcId } from '../../../shared/ids.js';
import { newlyGone, withGoneFunctions } from './gone-functions.js';
import type { HostEvent } from '../events.js';

type ClaimsOfHost = () => Promise<readonly Claim[]>;

/** Gives what judges the facts that are read after this. */
export async function proofOfRelease(
  before: HostFacts | undefined,
  claimsOfHost: ClaimsOfHost,
): Promise<(facts: HostFacts) => Promise<HostFacts>> {
  const earlier = hasHeldFunctions(before) ? await holders(claimsOfHost) : new Map<string, VnfcId>();
  return async (read) => {
    const facts = withNameOwners(await withGoneFunctions(read, before, claimsOfHost), before);
    if (!isProofWanted(facts, before)) return facts;
    return withProof(facts, before, new Map([...earlier, ...(await holders(claimsOfHost))]));
  };
}

const holders = async (claimsOfHost: ClaimsOfHost): Promise<ReadonlyMap<string, VnfcId>> =>
  holdersByKey('pci', await claimsOfHost());

/** What of it is news. */
export async function functionEvents(
  hostId: HostId,
  now: HostFacts,
  before: HostFacts | undefined,
  claimsOfHost: ClaimsOfHost,
): Promise<readonly HostEvent[]> {
  const gone = await newlyGone(now, before, claimsOfHost);
  return [
    ...gone.map((each) => ({ type: 'device-gone', hostId, ...each }) as const),
    ...functionChanges(now, before).map((change) => ({ type: 'device-changed', hostId, change }) as const),
  ];
}
