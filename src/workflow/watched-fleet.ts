/**
 * The fleet together with what follows from what is seen of it: the record is compared, base images are swept.
 */
import type { PackageFiles } from '../artifacts/artifacts.js';
import type { Engines } from '../engine/engines.js';
import type { Sight } from '../lifecycle/vnf-state.js';
import type { Clock } from '../shared/clock.js';
import type { InstallationId } from '../shared/ids.js';
import type { Log } from '../shared/log.js';
import type { Store } from '../store/store.js';
import { Audit } from './audit/audit.js';
import { sweepHost } from './base-images.js';
import { Fleet, type HostSettings } from './fleet.js';
import { sightIn } from './fleet-view.js';
import { tellIfLost } from './lost-hosts.js';
import type { RealityObserver } from './observer.js';
import { Reality } from './reality.js';

export interface WatchedFleetPorts {
  readonly engines: Engines;
  readonly store: Store;
  readonly files: PackageFiles;
  readonly clock: Clock;
  readonly hosts: readonly HostSettings[];
  readonly log: Log;
  readonly observer: RealityObserver;
  readonly installation: () => InstallationId;
}

export interface WatchedFleet {
  readonly fleet: Fleet;
  readonly sight: Sight;
  readonly reality: Reality;
  readonly audit: Audit;
}

/** `hostBack`: operations may be waiting for a host that was reached again. */
export function watchedFleet(ports: WatchedFleetPorts, hostBack: () => void): WatchedFleet {
  const { engines, store, hosts, log, observer } = ports;
  const fleet: Fleet = new Fleet(engines, store, hosts, log, {
    hostBack: (hostId) => {
      hostBack();
      void tellIfLost(engines.of(hostId), store, log);
      void sweepHost(engines.of(hostId), fleet.poolsOf(hostId), ports);
    },
    hostRead: (hostId) => {
      reality.hostRead(hostId);
      void audit.look(hostId);
    },
    domainChanged: (vnfcId) => {
      reality.domainChanged(vnfcId);
    },
  });
  const sight = sightIn(fleet);
  const reality = new Reality({ store, engines, sight, log, observer });
  const audit = new Audit(ports, (hostId) => fleet.poolsOf(hostId));
  return { fleet, sight, reality, audit };
}
