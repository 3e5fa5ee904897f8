/**
 * Checks released functions of a host. Claims are read before and after the state of the host, so that a function that is
 * released in between is not judged by a state from while a guest had it.
 */
import type { Claim, HostFacts } from '../../../inventory/model.js';
import { withNameOwners } from '../../../inventory/card-identity.js';
import { functionChanges, hasHeldFunctions, isProofWanted, withProof } from '../../../inventory/release-proof.js';
import { holdersByKey } from '../../../inventory/resources/table.js';
import type { HostId, VnfcId } from '../../../shared/ids.js';
import { newlyGone, withGoneFunctions } from './gone-functions.js';
import type { HostEvent } from '../events.js';

type ClaimsOfHost = () => Promise<readonly Claim[]>;

/** Returns the check for facts that are read after this call. */
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

/** The changes since the last check. */
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
