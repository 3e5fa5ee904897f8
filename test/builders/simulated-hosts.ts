/**
 * Hosts like those of the fleets that come with Berth.
 */
import type { SimulatedHostConfig } from '../../src/config/config.js';
import { shippedFleet, type HostGroup } from '../../src/config/fleet-file.js';
import { hostsOfGroups } from '../../src/config/fleet-hosts.js';
import type { SimulatedHostSpec } from '../../src/engine/simulated/host-spec.js';

function groupIn(name: 'laptops' | 'servers'): HostGroup {
  const [group] = shippedFleet(name);
  if (group === undefined) throw new Error(`fleets/${name}.yaml has no hosts`);
  return group;
}

const laptopGroup = groupIn('laptops');
export const laptopTemplate = laptopGroup.template;
export const serverTemplate = groupIn('servers').template;

/** The template as it stands in the fleet file. */
export const laptopText = laptopGroup.text;

/** Hosts as a configuration has them, `sim-1` and on. */
export const laptops = (count: number): readonly SimulatedHostConfig[] => hostsOfGroups([{ ...laptopGroup, count }]);

/** `sim-1` and on. */
export const simulatedHosts = (count: number, template = laptopTemplate): readonly SimulatedHostSpec[] =>
  hostsOfGroups([{ name: 'sim', count, zone: 'simulated', sharedCpuRatio: 4, template }]).map(({ id }) => ({
    ...template,
    id,
  }));
