/**
 * How many shared vCPUs the VDU bears on one host CPU (SOL001 virtual_cpu_oversubscription_policy).
 */
import { met, type KindConstraint } from './constraint.js';

export const oversubscription: KindConstraint = {
  name: 'oversubscription',
  refuse: (ask, host) => {
    const most = ask.demand.maxSharedCpuRatio;
    if (most === undefined || ask.sharedVcpus === 0 || host.sharedCpuRatio <= most) return met;
    return [`puts up to ${host.sharedCpuRatio} shared vCPUs on a CPU, the VDU bears ${most}`];
  },
};
