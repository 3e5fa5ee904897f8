/**
 * What subscribers are told of a package follows from its states before and after a transaction, whichever verb made it:
 * no change of state goes untold (SOL003 clauses 10.5.2.5, 10.5.2.6). Packages that were never ONBOARDED are not spoken of.
 */
import type { PackageEvent } from '../../../subscription/package-event.js';
import type { VnfPkgRecord } from '../../packages.js';
import { announce } from '../subscriptions/announce.js';
import type { Tx } from '../schema.js';

/** `after` undefined: the package is deleted. */
export async function tellOfPackage(tx: Tx, before: VnfPkgRecord, after: VnfPkgRecord | undefined): Promise<void> {
  const what = happened(before, after);
  const { id, contents, operationalState, instances, vnfmInfo = contents?.vnfd.vnfmInfo ?? [] } = after ?? before;
  if (what === undefined || contents === undefined) return;
  const { vnfd } = contents;
  await announce(tx, 'vnfpkgm', () => ({
    what,
    vnfPkgId: id,
    vnfdId: vnfd.id,
    vnfProvider: vnfd.provider,
    vnfProductName: vnfd.productName,
    vnfSoftwareVersion: vnfd.softwareVersion,
    vnfdVersion: vnfd.version,
    vnfmInfo,
    operationalState,
    usageState: instances > 0 ? 'IN_USE' : 'NOT_IN_USE',
  }));
}

function happened(before: VnfPkgRecord, after: VnfPkgRecord | undefined): PackageEvent['what'] | undefined {
  const wasOnboarded = before.onboardingState === 'ONBOARDED';
  if (after === undefined) return wasOnboarded ? 'PKG_DELETE' : undefined;
  if (after.onboardingState !== 'ONBOARDED') return undefined;
  if (!wasOnboarded) return 'ONBOARDED';
  return before.operationalState === after.operationalState ? undefined : 'OP_STATE_CHANGE';
}
