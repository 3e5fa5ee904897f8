/**
 * Hosts like those of the fleets that come with Berth.
 */
import { shippedFleet } from '../../src/config/fleet-file.js';
import { hostsOfGroups } from '../../src/config/fleet-hosts.js';
import type { SimulatedHostSpec, SimulatedTemplate } from '../../src/engine/simulated/host-spec.js';

function templateIn(name: 'laptops' | 'servers'): SimulatedTemplate {
  const [group] = shippedFleet(name);
  if (group === undefined) throw new Error(`fleets/${name}.yaml has no hosts`);
  return group.template;
}

export const laptopTemplate = templateIn('laptops');
export const serverTemplate = templateIn('servers');

/** `sim-1` and on. */
export const simulatedHosts = (count: number, template = laptopTemplate): readonly SimulatedHostSpec[] =>
  hostsOfGroups([{ name: 'sim', count, zone: 'simulated', sharedCpuRatio: 4, template }]).map(({ id }) => ({
    ...template,
    id,
  }));
