/**
 * Checks released functions of a host. Claims are read before and after the state of the host, so that a function that is
 * released in between is not judged by a state from while a guest had it.
 */
import type { AcceptedFunction, Claim, HostFacts } from '../../../inventory/model.js';
import { withNameOwners } from '../../../inventory/card-identity.js';
import { withKnownMacs, withUnknownCards } from '../../../inventory/renumbering.js';
import {
  functionChanges,
  hasHeldFunctions,
  isProofWanted,
  isWithheld,
  withProof,
} from '../../../inventory/release-proof.js';
import { holdersByKey } from '../../../inventory/resources/table.js';
import type { AllocationId, HostId, VnfcId } from '../../../shared/ids.js';
import { newlyGone, withGoneFunctions } from './gone-functions.js';
import type { HostEvent } from '../events.js';

type ClaimsOfHost = () => Promise<readonly Claim[]>;
type AcceptedOfHost = () => Promise<readonly AcceptedFunction[]>;

/**
 * Returns the check for facts that are read after this call. `released`: allocations that are about to be released, whose
 * guests are gone; their functions are judged before anyone else can claim them. `acceptedOfHost` is asked only when
 * something was withheld.
 */
export async function proofOfRelease(
  before: HostFacts | undefined,
  claimsOfHost: ClaimsOfHost,
  acceptedOfHost: AcceptedOfHost,
  released: ReadonlySet<AllocationId> = new Set(),
): Promise<(facts: HostFacts) => Promise<HostFacts>> {
  const isReleased = ({ allocationId }: Claim) => released.has(allocationId);
  const isHeld = (claim: Claim) => !isReleased(claim);
  const earlier = hasHeldFunctions(before) || released.size > 0 ? await claimsOfHost() : [];
  return async (read) => {
    const known = withKnownMacs(await withGoneFunctions(read, before, claimsOfHost), before);
    const facts = withNameOwners(withUnknownCards(known), before);
    if (released.size === 0 && !isProofWanted(facts, before)) return facts;
    const claims = [...earlier, ...(await claimsOfHost())];
    const accepted = before?.pciFunctions.some(isWithheld) === true ? await acceptedOfHost() : [];
    return withProof(facts, before, holders(claims.filter(isHeld)), holders(claims.filter(isReleased)), accepted);
  };
}

const holders = (claims: readonly Claim[]): ReadonlyMap<string, VnfcId> => holdersByKey('pci', claims);

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
