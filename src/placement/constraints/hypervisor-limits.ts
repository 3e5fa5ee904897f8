/**
 * How many vCPUs a domain may have here, as the hypervisor says of its machine type (domain capabilities, `vcpu max`).
 */
import { guestMachines } from '../../inventory/guest-machines.js';
import { met, type KindConstraint } from './constraint.js';

export const hypervisorLimits: KindConstraint = {
  name: 'hypervisor-limits',
  refuse: ({ demand: { vcpus } }, { facts: { mostVcpus, architecture } }) =>
    mostVcpus === undefined || vcpus <= mostVcpus
      ? met
      : [`its ${guestMachines[architecture] ?? 'domains'} takes ${mostVcpus} vCPUs, the VDU has ${vcpus}`],
};
