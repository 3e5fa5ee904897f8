/**
 * CPU architecture of the VDU (SOL001 virtual_cpu, cpu_architecture), with the spellings in use for the same one. A host for
 * which no domain can be made takes nothing, whatever the VDU says.
 */
import { guestMachines } from '../../inventory/guest-machines.js';
import { met, type KindConstraint } from './constraint.js';

const spellings: Readonly<Record<string, string>> = {
  x86: 'x86_64',
  'x86-64': 'x86_64',
  amd64: 'x86_64',
  arm64: 'aarch64',
};

function canonical(name: string): string {
  const lower = name.toLowerCase();
  return spellings[lower] ?? lower;
}

export const architecture: KindConstraint = {
  name: 'architecture',
  refuse: ({ demand }, { facts }) => {
    if (demand.architecture !== undefined && canonical(demand.architecture) !== canonical(facts.architecture)) {
      return [`is ${facts.architecture}, the VDU needs ${demand.architecture}`];
    }
    if (guestMachines[facts.architecture] !== undefined) return met;
    return [`is ${facts.architecture}; Berth makes domains of ${Object.keys(guestMachines).join(', ')} only`];
  },
};
