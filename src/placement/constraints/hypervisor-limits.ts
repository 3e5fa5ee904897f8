/**
 * What the hypervisor can do: it is new enough, and how many vCPUs a domain may have here, as it says of its machine type
 * (domain capabilities, `vcpu max`).
 */
import { guestMachines } from '../../inventory/guest-machines.js';
import { tooOldQemu } from '../../inventory/host-audit/versions.js';
import { met, type KindConstraint } from './constraint.js';

export const hypervisorLimits: KindConstraint = {
  name: 'hypervisor-limits',
  refuse: ({ demand: { vcpus } }, { facts: { mostVcpus, architecture, hypervisor } }) => {
    const old = tooOldQemu(hypervisor);
    if (old !== undefined) return [old];
    return mostVcpus === undefined || vcpus <= mostVcpus
      ? met
      : [`its ${guestMachines[architecture] ?? 'domains'} takes ${mostVcpus} vCPUs, the VDU has ${vcpus}`];
  },
};
