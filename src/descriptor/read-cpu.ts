/**
 * `virtual_cpu` of a VDU (SOL001 clause 6.2.8): count, pinning, SMT, model. Static pinning means host CPUs of its own;
 * dynamic leaves the choice to the scheduler, which lets the vCPUs float over the shared ones.
 */
import { requirement, type Requirements } from './requirements.js';
import { child, intOf, textOf, textsOf, type YamlMap } from './tree.js';
import type { VirtualCpu } from './vnfd.js';

export const cpuPolicies: Readonly<Record<string, VirtualCpu['policy']>> = {
  dedicated: 'dedicated',
  static: 'dedicated',
  shared: 'shared',
  dynamic: 'shared',
  mixed: 'mixed',
};
export const threadPolicies: Readonly<Record<string, VirtualCpu['threadPolicy']>> = {
  prefer: 'prefer',
  isolate: 'isolate',
  require: 'require',
};
export const emulatorPolicies: Readonly<Record<string, VirtualCpu['emulatorPolicy']>> = {
  shared: 'shared',
  share: 'shared',
  isolated: 'isolated',
  isolate: 'isolated',
  'with-vcpus': 'with-vcpus',
};

export function readCpu(compute: YamlMap | undefined, requirements: Requirements): VirtualCpu {
  const cpu = child(compute, 'virtual_cpu');
  const pinning = child(cpu, 'virtual_cpu_pinning');
  const architecture = normalArchitecture(textOf(child(cpu, 'cpu_architecture')));
  const model = requirement(requirements, 'cpuModel');
  const ratio = parseRatio(textOf(child(cpu, 'virtual_cpu_oversubscription_policy')));
  return {
    count: intOf(child(cpu, 'num_virtual_cpu')) ?? 1,
    policy: readPolicy(textOf(child(pinning, 'virtual_cpu_pinning_policy')), requirements),
    threadPolicy: readThreadPolicy(requirements),
    emulatorPolicy: emulatorPolicies[requirement(requirements, 'emulatorPolicy') ?? ''] ?? 'shared',
    pinningRules: textsOf(child(pinning, 'virtual_cpu_pinning_rule')),
    features: splitList(requirement(requirements, 'instructionSets')),
    ...(architecture === undefined ? {} : { architecture }),
    ...(model === undefined ? {} : { model }),
    ...(ratio === undefined ? {} : { oversubscriptionRatio: ratio }),
  };
}

/** The hardware requirement is more precise than the pinning policy (`mixed`) and wins. */
function readPolicy(pinning: string | undefined, requirements: Requirements): VirtualCpu['policy'] {
  const asked = requirement(requirements, 'cpuPolicy') ?? pinning ?? 'dynamic';
  return cpuPolicies[asked.toLowerCase()] ?? 'shared';
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
