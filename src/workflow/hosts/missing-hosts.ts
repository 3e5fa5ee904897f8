/**
 * Hosts that the database knows and the configuration no longer does: logged at start, with the VNFCs on them.
 */
import type { HostId } from '../../shared/ids.js';
import type { Log } from '../../shared/log.js';
import type { HostRecords } from '../../store/hosts.js';
import type { InstanceRecords } from '../../store/instances.js';

/** Limit on VNFCs named per host. */
const mostNamed = 20;

export async function warnOfMissing(
  store: Pick<HostRecords, 'hostMoments'> & Pick<InstanceRecords, 'instancesOn'>,
  configured: { has(id: HostId): boolean },
  log: Log,
): Promise<void> {
  const missing = (await store.hostMoments()).filter(({ id }) => !configured.has(id));
  for (const { id, adminState } of missing) {
    const vnfcs = (await store.instancesOn(id)).flatMap(({ id: vnfInstanceId, instantiated }) =>
      (instantiated?.vnfcs ?? [])
        .filter((vnfc) => vnfc.hostId === id)
        .map((vnfc) => ({ vnfInstanceId, vnfcId: vnfc.id, domainName: vnfc.domainName })),
    );
    if (vnfcs.length === 0) continue;
    const about = { hostId: id, adminState, count: vnfcs.length, vnfcs: vnfcs.slice(0, mostNamed) };
    log.warn(about, `host ${id} is not in the configuration, and VNFCs stand on it; ${adviceOn(id, adminState)}`);
  }
}

const adviceOn = (id: HostId, adminState: string): string =>
  adminState === 'lost'
    ? 'it is declared lost: terminate their VNFs, which leaves it untouched'
    : `put it into the configuration again, or declare it lost with "berth host lost ${id}"`;
