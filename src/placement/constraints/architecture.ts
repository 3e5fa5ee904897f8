/**
 * CPU architecture of the VDU (SOL001 virtual_cpu, cpu_architecture), with the spellings in use for the same one.
 */
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
  refuse: ({ demand }, { facts }) =>
    demand.architecture === undefined || canonical(demand.architecture) === canonical(facts.architecture)
      ? met
      : [`is ${facts.architecture}, the VDU needs ${demand.architecture}`],
};
