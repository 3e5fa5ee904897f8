/**
 * `virtual_cpu` of a VDU (SOL001 clause 6.2.8): count, pinning, SMT, real time, model. Static pinning means host CPUs of
 * its own; dynamic leaves the choice to the scheduler, which lets the vCPUs float over the shared ones.
 */
import { readPinning } from './read-pinning.js';
import { requirement, type Requirements } from './requirements.js';
import { child, intOf, textOf, type YamlMap } from '../tosca/tree.js';
import type { VirtualCpu } from './model.js';
import { defined } from '../shared/defined.js';

export const threadPolicies: Readonly<Record<string, VirtualCpu['threadPolicy']>> = {
  prefer: 'prefer',
  isolate: 'isolate',
  require: 'require',
};
export function readCpu(compute: YamlMap | undefined, requirements: Requirements): VirtualCpu {
  const cpu = child(compute, 'virtual_cpu');
  const count = intOf(child(cpu, 'num_virtual_cpu')) ?? 1;
  const architecture = normalArchitecture(textOf(child(cpu, 'cpu_architecture')));
  const model = requirement(requirements, 'cpuModel');
  const ratio = parseRatio(textOf(child(cpu, 'virtual_cpu_oversubscription_policy')));
  return {
    count,
    ...readPinning(cpu, requirements, count),
    threadPolicy: readThreadPolicy(requirements),
    features: splitList(requirement(requirements, 'instructionSets')),
    ...defined({ architecture, model, oversubscriptionRatio: ratio }),
  };
}

/** SMT switched off is what `isolate` gives: no sibling of a vCPU's core runs anything else. */
function readThreadPolicy(requirements: Requirements): VirtualCpu['threadPolicy'] {
  const asked = requirement(requirements, 'threadPolicy')?.toLowerCase();
  if (asked !== undefined) return threadPolicies[asked] ?? 'prefer';
  return requirement(requirements, 'smt')?.toLowerCase() === 'disabled' ? 'isolate' : 'prefer';
}

const architectures: Readonly<Record<string, string>> = {
  x86: 'x86_64',
  'x86-64': 'x86_64',
  x86_64: 'x86_64',
  amd64: 'x86_64',
  arm: 'aarch64',
  arm64: 'aarch64',
  aarch64: 'aarch64',
};

/** libvirt's names; others pass as written. */
function normalArchitecture(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const key = text.trim().toLowerCase();
  return architectures[key] ?? text.trim();
}

/** `4:1`, `4/1` or `4`: vCPUs per host CPU. */
function parseRatio(text: string | undefined): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(?:[:/]\s*(\d+(?:\.\d+)?))?\s*$/.exec(text ?? '');
  if (match === null) return undefined;
  const ratio = Number(match[1]) / Number(match[2] ?? '1');
  return Number.isFinite(ratio) && ratio > 0 ? ratio : undefined;
}

/** `avx2, aes`, `avx2 aes` or `["avx2", "aes"]`. */
const splitList = (text: string | undefined): readonly string[] =>
  (text ?? '').split(/[\s,;"'[\]]+/).filter((part) => part !== '');
