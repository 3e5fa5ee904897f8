/**
 * The fleet with the work that its readings trigger: comparing the record, removing base images.
 */
import type { PackageFiles } from '../../artifacts/artifacts.js';
import type { Engines } from '../../engine/engines.js';
import type { Sight } from '../../lifecycle/vnf-state.js';
import type { Clock, IdSource } from '../../shared/clock.js';
import type { InstallationId } from '../../shared/ids.js';
import type { Log } from '../../shared/log.js';
import type { Store } from '../../store/store.js';
import { Audit } from '../audit/audit.js';
import type { Background } from '../background/background.js';
import { BaseImageSweep } from './files/base-images.js';
import { Comeback } from './reality/comeback.js';
import { Drift } from './reality/drift.js';
import { Fleet } from './fleet.js';
import type { ConfiguredSettings } from './admission.js';
import { HostEventBus } from './event-bus.js';
import type { HeardEvent, HostEvents } from './events.js';
import { loggedEvents } from './logged-events.js';
import { sightIn } from './fleet-view.js';
import { tellIfLost } from './lost-hosts.js';
import type { RunnerHandle, SolLcmCommands } from '../lcm-commands.js';
import type { HostObserver, RealityObserver } from '../observer.js';
import { Reality } from './reality/reality.js';
import { Whereabouts } from './reality/whereabouts.js';

export interface WatchedFleetPorts {
  readonly engines: Engines;
  readonly store: Store;
  readonly files: PackageFiles;
  readonly clock: Clock;
  readonly hosts: readonly ConfiguredSettings[];
  readonly log: Log;
  readonly ids: IdSource;
  readonly observer: RealityObserver & HostObserver;
  readonly installation: () => InstallationId;
  readonly background: Background;
  /** Between two rounds over what waits to be started again. */
  readonly comebackMs: number;
}

export interface WatchedFleet {
  readonly fleet: Fleet;
  /** For whoever wants to know what happens on hosts. */
  readonly events: HostEvents;
  readonly sight: Sight;
  readonly audit: Audit;
  readonly whereabouts: Whereabouts;
  readonly sweep: BaseImageSweep;
}

/** `acting`: what is made after the fleet, and acts on what is seen. Operations may be waiting for a host. */
export function watchedFleet(
  ports: WatchedFleetPorts,
  acting: () => { readonly runner: RunnerHandle; readonly lcm: SolLcmCommands },
): WatchedFleet {
  const { engines, store, hosts, ids, clock, log, observer, background } = ports;
  const events = new HostEventBus(log, observer);
  events.subscribe('log', loggedEvents(log));
  const lost = background.group({
    name: 'lost-hosts',
    does: 'reporting domains that still run on a lost host that is back',
  });
  const fleet: Fleet = new Fleet({ engines, store, log, events, installation: ports.installation }, hosts);
  const sight = sightIn(fleet);
  const comeback = new Comeback({
    store,
    fleet,
    sight,
    log,
    background,
    everyMs: ports.comebackMs,
    begin: (id) => acting().lcm.bringBack(id),
    fail: (id) => acting().lcm.fail(id),
  });
  const drift = new Drift({ store, engines, fleet, sight, ids, log, background, installation: ports.installation });
  const whereabouts = new Whereabouts({
    ...{ store, engines, fleet, ids, background, log },
    installation: ports.installation,
  });
  const reality = new Reality({ store, engines, sight, comeback, clock, log, observer, background });
  const audit = new Audit(ports, (hostId) => fleet.poolsOf(hostId));
  const sweep = new BaseImageSweep(ports, (hostId) => fleet.poolsOf(hostId));
  const following = { reality, whereabouts, audit, drift };
  events.subscribe('record and reality', (event) => {
    follow(event, following);
  });
  events.subscribe('operations', ({ type, hostId }) => {
    if (type !== 'reached') return;
    acting().runner.wake();
    void lost.beside({ hostId }, () => tellIfLost(engines.of(hostId), store, log));
    void sweep.host(hostId);
  });
  return { fleet, events, sight, audit, whereabouts, sweep };
}

interface Following {
  readonly reality: Reality;
  readonly whereabouts: Whereabouts;
  readonly audit: Audit;
  readonly drift: Drift;
}

/** What is known of a host, and what is compared with it. Each of these looks by itself, later. */
function follow(event: HeardEvent, { reality, whereabouts, audit, drift }: Following): void {
  const { hostId } = event;
  if (event.type === 'lost') {
    reality.hostGone(hostId);
    whereabouts.hostGone(hostId);
  } else if (event.type === 'read') {
    reality.hostRead(hostId, event.isFirst);
    void audit.look(hostId);
    drift.hostRead(hostId);
    whereabouts.hostRead(hostId);
  } else if (event.type === 'removed') {
    reality.hostRemoved(hostId);
    whereabouts.hostRemoved(hostId);
    audit.forget(hostId);
  } else if (event.type === 'domain' && event.change !== 'undefined' && event.state !== 'unknown')
    reality.domainChanged(event.vnfcId);
}
