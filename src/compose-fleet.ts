/**
 * The configured fleet as engines: real hosts through libvirt, or simulated ones that keep a world of their own.
 */
import { join } from 'node:path';
import type { BerthConfig, FleetConfig, HostConfig, SimulatedHostConfig } from './config/config.js';
import {
  admissionOf,
  configuredHosts,
  configuredSimulated,
  HostPolicies,
  libvirtEntries,
  simulatedEntries,
} from './compose-hosts.js';
import { shippedRoles } from './config/guest-roles.js';
import type { Engine, EngineProcesses } from './engine/engine.js';
import { EngineList, type Engines } from './engine/engines.js';
import { createLibvirtEngine } from './engine/libvirt/libvirt-engine.js';
import { createProcessPools } from './engine/libvirt/processes/process-pools.js';
import { createSimulatedFleet, type SimulatedFleet } from './engine/simulated/simulated-fleet.js';
import type { Clock } from './shared/clock.js';
import type { PolicyOf } from './store/kysely/claims/capacity-guard.js';
import type { ConfiguredSettings, HostAdmission } from './workflow/hosts/admission.js';

export interface ComposedFleet {
  readonly engines: Engines;
  /** Absent: engines need none. */
  readonly processes?: EngineProcesses;
  /** Those of the configuration. */
  readonly hosts: readonly ConfiguredSettings[];
  /** For those that come at run time. */
  readonly admission: HostAdmission;
  readonly policyOf: PolicyOf;
  /** Where this fleet's store and packages lie: simulated and real hosts never share them. */
  readonly stateDir: string;
}

export function composeFleet({ fleet, dataDir, hostsPerProcess }: BerthConfig, clock: Clock): ComposedFleet {
  if (fleet.kind === 'libvirt') return overLibvirt(fleet, { dataDir, hostsPerProcess, clock });
  const stateDir = join(dataDir, 'simulated');
  const engines = createSimulatedFleet({
    hosts: fleet.hosts.map(({ id, template }) => ({ ...template, id })),
    clock,
    roles: shippedRoles(),
    stateDir: join(stateDir, 'hosts'),
  });
  return composeSimulated(fleet, engines, fleet.hosts, stateDir);
}

interface LibvirtSettings extends Pick<BerthConfig, 'dataDir' | 'hostsPerProcess'> {
  readonly clock: Clock;
}

function overLibvirt(
  fleet: Extract<FleetConfig, { kind: 'libvirt' }>,
  { dataDir: stateDir, hostsPerProcess: hostsPerPool, clock }: LibvirtSettings,
): ComposedFleet {
  const { hosts } = fleet;
  const pools = createProcessPools({ clock, hostsPerPool });
  const engineOf = ({ id, uri, pool, acceleration, told }: HostConfig): Engine =>
    createLibvirtEngine({
      ...{ hostId: id, uri, told, pools, clock },
      ...(pool && { pool }),
      ...(acceleration && { acceleration }),
    });
  const engines = new EngineList(hosts.map(engineOf));
  const policies = new HostPolicies(hosts);
  const admission = admissionOf(engines, policies, libvirtEntries(fleet, engineOf));
  return {
    engines,
    processes: pools,
    admission,
    hosts: configuredHosts(fleet, hosts),
    policyOf: policies.of,
    stateDir,
  };
}

/** `engines`: those of the hosts, which a test may have its hand on. */
export function composeSimulated(
  fleet: FleetConfig,
  engines: SimulatedFleet,
  hosts: readonly SimulatedHostConfig[],
  stateDir: string,
): ComposedFleet {
  const policies = new HostPolicies(hosts);
  const admission = admissionOf(engines, policies, simulatedEntries(fleet, engines, hosts));
  return { engines, admission, hosts: configuredSimulated(fleet, hosts), policyOf: policies.of, stateDir };
}
