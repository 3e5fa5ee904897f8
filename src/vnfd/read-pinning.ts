/**
 * Which vCPUs have host CPUs of their own, which ones, and where QEMU's own threads run: the pinning policy and its rules
 * (SOL001 clause 6.2.9), the registry's keys and Nova's masks, brought to one form.
 */
import { readPinningRules, vcpusOfMask, type PinningRules } from './pinning-rules.js';
import { requirement, type Requirements } from './requirements.js';
import { child, entriesOf, textOf, textsOf, type YamlNode } from '../tosca/tree.js';
import type { VirtualCpu } from './model.js';
import { defined } from '../shared/defined.js';

export const cpuPolicies: Readonly<Record<string, VirtualCpu['policy']>> = {
  dedicated: 'dedicated',
  static: 'dedicated',
  shared: 'shared',
  dynamic: 'shared',
  mixed: 'mixed',
};
export const emulatorPolicies: Readonly<Record<string, VirtualCpu['emulatorPolicy']>> = {
  shared: 'shared',
  share: 'shared',
  isolated: 'isolated',
  isolate: 'isolated',
  'with-vcpus': 'with-vcpus',
};

type Pinning = Pick<
  VirtualCpu,
  'policy' | 'sharedVcpus' | 'hostCpus' | 'emulatorPolicy' | 'emulatorCpus' | 'realtimeVcpus'
>;

/** `cpu` is the `virtual_cpu`, `count` its vCPUs. */
export function readPinning(cpu: YamlNode | undefined, requirements: Requirements, count: number): Pinning {
  const rules = readPinningRules(pinningTexts(cpu));
  const realtimeVcpus = realtimeVcpusOf(requirements, count);
  return {
    ...dedication(cpu, requirements, rules, count),
    ...emulator(requirements, rules, realtimeVcpus.length),
    ...(realtimeVcpus.length === 0 ? {} : { realtimeVcpus }),
  };
}

/** A list of rules, or a map that reads like one: `{ 0: 4, emulator: 5 }`. */
export function pinningTexts(cpu: YamlNode | undefined): readonly string[] {
  const rules = child(cpu, 'virtual_cpu_pinning', 'virtual_cpu_pinning_rule');
  return [...textsOf(rules), ...entriesOf(rules).map(([key, value]) => `${key}: ${textOf(value) ?? ''}`)];
}

type Dedication = Pick<VirtualCpu, 'policy' | 'sharedVcpus' | 'hostCpus'>;

/** Rules and masks say of single vCPUs what the policy says of all; with both kinds among them the VDU is mixed. */
function dedication(
  cpu: YamlNode | undefined,
  requirements: Requirements,
  rules: PinningRules,
  count: number,
): Dedication {
  const policy = readPolicy(cpu, requirements);
  const hostCpus = rules.hostCpus.toSorted((a, b) => a.vcpu - b.vcpu).map((one) => one.cpu);
  const named = defined({ hostCpus: hostCpus.length === 0 ? undefined : hostCpus });
  const sharedVcpus = policy === 'shared' ? [] : sharedOf(policy, requirements, rules, count);
  if (sharedVcpus.length === 0) return { policy: policy === 'mixed' ? 'dedicated' : policy, ...named };
  return { policy: 'mixed', sharedVcpus, ...named };
}

/** The hardware requirement is more precise than the pinning policy (`mixed`) and wins. */
function readPolicy(cpu: YamlNode | undefined, requirements: Requirements): VirtualCpu['policy'] {
  const pinning = textOf(child(cpu, 'virtual_cpu_pinning', 'virtual_cpu_pinning_policy'));
  const asked = requirement(requirements, 'cpuPolicy') ?? pinning ?? 'dynamic';
  return cpuPolicies[asked.toLowerCase()] ?? 'shared';
}

/** What QEMU takes, with much to spare: a VDU that asks for more is refused by every host. */
const mostVcpus = 8192;

const numbered = (count: number): readonly number[] =>
  Array.from({ length: Math.min(count, mostVcpus) }, (_, vcpu) => vcpu);

/** Of a mixed VDU about which nothing else is said, vCPU 0 is the shared one: the guest's own housekeeping runs there. */
function sharedOf(
  policy: VirtualCpu['policy'],
  requirements: Requirements,
  rules: PinningRules,
  count: number,
): readonly number[] {
  const all = numbered(count);
  if (policy === 'dedicated' || rules.shared.length > 0) return all.filter((vcpu) => rules.shared.includes(vcpu));
  const mask = requirement(requirements, 'dedicatedMask') ?? requirement(requirements, 'realtimeMask');
  const masked = mask === undefined ? [] : (vcpusOfMask(mask, count) ?? []);
  const dedicated = new Set([...rules.dedicated, ...masked]);
  return dedicated.size === 0 ? all.slice(0, 1) : all.filter((vcpu) => !dedicated.has(vcpu));
}

export const realtimeWords: Readonly<Record<string, boolean>> = { yes: true, true: true, no: false, false: false };

export const isRealtime = (requirements: Requirements): boolean =>
  realtimeWords[requirement(requirements, 'realtime')?.toLowerCase() ?? ''] === true;

/** Without a mask all vCPUs are real-time. */
function realtimeVcpusOf(requirements: Requirements, count: number): readonly number[] {
  if (!isRealtime(requirements)) return [];
  const mask = requirement(requirements, 'realtimeMask');
  return mask === undefined ? numbered(count) : (vcpusOfMask(mask, count) ?? []);
}

/** Unsaid, QEMU's threads of a real-time guest keep to the vCPUs that are not: they share CPUs with the guest's housekeeping. */
function emulator(
  requirements: Requirements,
  { emulatorCpus }: PinningRules,
  realtime: number,
): Pick<VirtualCpu, 'emulatorPolicy' | 'emulatorCpus'> {
  if (emulatorCpus.length > 0) return { emulatorPolicy: 'named', emulatorCpus };
  const asked = emulatorPolicies[requirement(requirements, 'emulatorPolicy')?.toLowerCase() ?? ''];
  return { emulatorPolicy: asked ?? (realtime > 0 ? 'with-vcpus' : 'shared') };
}
