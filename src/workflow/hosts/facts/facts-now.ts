/**
 * Facts of a host, read on request. Concurrent requests share one reading, since it is expensive for the host.
 */
import type { Engine } from '../../../engine/engine.js';
import type { HostFacts } from '../../../inventory/model.js';
import type { HostId, InstallationId } from '../../../shared/ids.js';
import type { Ownership } from '../../../store/ownership.js';
import type { Fleet } from '../fleet.js';
import { ownDomains } from './own-domains.js';

export interface FactsPorts {
  readonly store: Pick<Ownership, 'vnfcStanding'>;
  readonly fleet: Pick<Fleet, 'host'>;
  readonly installation: () => InstallationId;
}

export function factsNow({ store, fleet, installation }: FactsPorts): (engine: Engine) => Promise<HostFacts> {
  const reading = new Map<HostId, Promise<HostFacts>>();
  return (engine) => {
    const id = engine.hostId;
    // Reuses a known KVM verdict, since a probe runs a guest.
    const known = fleet.host(id)?.facts.acceleration;
    const now =
      reading.get(id) ?? engine.facts(known, ownDomains(store, installation())).finally(() => reading.delete(id));
    reading.set(id, now);
    return now;
  };
}
