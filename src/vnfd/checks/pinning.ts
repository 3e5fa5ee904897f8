/**
 * Pinning rules and real-time vCPUs say something that can be done: each vCPU at most once, host CPUs for all that is
 * dedicated or for nothing, and a CPU for QEMU's own threads that no real-time vCPU holds.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import { nodeWithRole, type FlavourSource } from '../flavour-source.js';
import { readPinningRules, vcpusOfMask, type PinningRules } from '../pinning-rules.js';
import { isRealtime, pinningTexts } from '../read-pinning.js';
import { computeOf } from '../read-vdu.js';
import { requirement, requirementsOf, type Requirements } from '../requirements.js';
import { child } from '../../tosca/tree.js';
import type { Flavour, Vdu, VirtualCpu } from '../model.js';

export const checkPinning = (source: FlavourSource, flavour: Flavour): readonly Finding[] =>
  flavour.vdus.flatMap((vdu) => {
    const node = nodeWithRole(source, vdu.id, 'vdu');
    const compute = node === undefined ? undefined : computeOf(node);
    const cpu = child(compute, 'virtual_cpu');
    const rules = readPinningRules(pinningTexts(cpu));
    const at = child(cpu, 'virtual_cpu_pinning')?.at ?? compute?.at ?? source.at;
    return [
      ...ruleFaults(vdu, rules).map((fault) => found('VNFD-PINNING-RULE', at, `\`${vdu.id}\`: ${fault}.`)),
      ...realtimeFaults(vdu, requirementsOf(compute)).map((fault) =>
        found('VNFD-REALTIME', compute?.at ?? source.at, `\`${vdu.id}\`: ${fault}.`),
      ),
    ];
  });

function ruleFaults({ cpu }: Vdu, rules: PinningRules): readonly string[] {
  const vcpus = [...rules.dedicated, ...rules.shared];
  const beyond = vcpus.filter((vcpu) => vcpu >= cpu.count);
  const hostCpus = rules.hostCpus.map((one) => one.cpu);
  return [
    ...rules.unread
      .slice(0, 8)
      .map((text) => `\`${text.slice(0, 80)}\` is no pinning rule, or its two lists are not of one length`),
    ...listed(beyond, `rules name ${vcpuList(beyond)}, the VDU has ${String(cpu.count)}`),
    ...listed(repeated(vcpus), `rules name ${vcpuList(repeated(vcpus))} more than once`),
    ...listed(repeated(hostCpus), `rules give more than one vCPU the host CPU ${firstOf(repeated(hostCpus))}`),
    ...(cpu.policy === 'shared' && vcpus.length > 0 ? ['it has pinning rules and no static pinning policy'] : []),
    ...halves(cpu, rules),
  ];
}

/** CPUs that are chosen and CPUs that are named would get into one another's way. */
function halves(cpu: VirtualCpu, rules: PinningRules): readonly string[] {
  const dedicated = cpu.policy === 'shared' ? 0 : cpu.count - (cpu.sharedVcpus?.length ?? 0);
  const named = rules.hostCpus.length;
  if (named > 0 && named < dedicated) {
    return [`rules name host CPUs for ${String(named)} of ${String(dedicated)} dedicated vCPUs; name all or none`];
  }
  if (cpu.emulatorPolicy === 'named' && named < dedicated) {
    return ['a rule names CPUs for the emulator threads and none for the dedicated vCPUs; name all or none'];
  }
  if (cpu.emulatorPolicy === 'isolated' && named > 0) {
    return ['rules name host CPUs and the emulator threads are to be isolated; name their CPU too (`emulator: 4`)'];
  }
  return [];
}

function realtimeFaults({ cpu }: Vdu, requirements: Requirements): readonly string[] {
  const mask = requirement(requirements, 'realtimeMask');
  const isMixed = requirement(requirements, 'cpuPolicy')?.toLowerCase() === 'mixed';
  if (!isRealtime(requirements)) {
    return mask === undefined || isMixed ? [] : ['it has a mask of real-time vCPUs and no `hw:cpu_realtime: yes`'];
  }
  const chosen = mask === undefined ? [] : vcpusOfMask(mask, cpu.count);
  if (chosen === undefined) return [`\`${mask ?? ''}\` is no mask of its ${String(cpu.count)} vCPUs`];
  const realtime = cpu.realtimeVcpus ?? [];
  if (realtime.length === 0) return [`the mask \`${mask ?? ''}\` leaves no vCPU to be real-time`];
  const shared = cpu.policy === 'shared' ? realtime : realtime.filter((vcpu) => cpu.sharedVcpus?.includes(vcpu));
  return [
    ...listed(shared, `${vcpuList(shared)} would be real-time and not dedicated`),
    ...(realtime.length === cpu.count && !['isolated', 'named'].includes(cpu.emulatorPolicy)
      ? ['all of its vCPUs are real-time and QEMU’s own threads have no CPU to themselves']
      : []),
  ];
}

const listed = (numbers: readonly number[], sentence: string): readonly string[] =>
  numbers.length === 0 ? [] : [sentence];

const vcpuList = (numbers: readonly number[]): string =>
  `${numbers.length === 1 ? 'vCPU' : 'vCPUs'} ${firstOf(numbers)}`;

const firstOf = (numbers: readonly number[]): string =>
  `${numbers.slice(0, 8).join(', ')}${numbers.length > 8 ? ', …' : ''}`;

function repeated(numbers: readonly number[]): readonly number[] {
  const seen = new Set<number>();
  const again = new Set<number>();
  for (const number of numbers) (seen.has(number) ? again : seen).add(number);
  return [...again];
}
