/**
 * The configured fleet as engines: real hosts through libvirt, or simulated ones that keep a world of their own.
 */
import { join } from 'node:path';
import type { BerthConfig, HostConfig, SimulatedHostConfig } from './config/config.js';
import { shippedRoles } from './config/guest-roles.js';
import { EngineList, type EngineRegistry } from './engine/engines.js';
import { createLibvirtEngine } from './engine/libvirt/libvirt-engine.js';
import { createProcessPools } from './engine/libvirt/processes/process-pools.js';
import { createSimulatedFleet } from './engine/simulated/simulated-fleet.js';
import { defaultReservation } from './inventory/reservation.js';
import type { Clock } from './shared/clock.js';
import type { PolicyOf } from './store/kysely/claims/capacity-guard.js';
import type { HostSettings } from './workflow/hosts/host-state.js';

export interface ComposedFleet {
  readonly engines: EngineRegistry;
  readonly hosts: readonly HostSettings[];
  readonly policyOf: PolicyOf;
  /** Where this fleet's store and packages lie: simulated and real hosts never share them. */
  readonly stateDir: string;
}

export function composeFleet({ fleet, dataDir, hostsPerProcess }: BerthConfig, clock: Clock): ComposedFleet {
  if (fleet.kind === 'simulated') return simulated(fleet.hosts, join(dataDir, 'simulated'), clock);
  const pools = createProcessPools({ hostsPerPool: hostsPerProcess });
  const engines = new EngineList(fleet.hosts.map((host) => createLibvirtEngine({ ...engineOptions(host), pools })));
  return { engines, hosts: fleet.hosts, policyOf: policyOf(fleet.hosts), stateDir: dataDir };
}

const engineOptions = ({ id, uri, pool, acceleration, told }: HostConfig) => ({
  hostId: id,
  uri,
  ...(pool && { pool }),
  ...(acceleration && { acceleration }),
  told,
});

function simulated(hosts: readonly SimulatedHostConfig[], stateDir: string, clock: Clock): ComposedFleet {
  const specs = hosts.map(({ id, template }) => ({ ...template, id }));
  const engines = createSimulatedFleet({
    hosts: specs,
    clock,
    roles: shippedRoles(),
    stateDir: join(stateDir, 'hosts'),
  });
  return { engines, hosts, policyOf: policyOf(hosts), stateDir };
}

/** The guard of the store decides by the same reservation as placement. */
function policyOf(hosts: readonly HostSettings[]): PolicyOf {
  const byId = new Map(hosts.map((host) => [host.id, host]));
  return ({ id, facts }) => {
    const host = byId.get(id);
    if (host === undefined || facts === undefined) return undefined;
    return { reserved: host.reserved ?? defaultReservation(facts), sharedCpuRatio: host.sharedCpuRatio };
  };
}
