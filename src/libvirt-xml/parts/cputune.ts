/**
 * Where threads of the domain may run: each vCPU on its host CPUs, QEMU's own threads (emulator) on theirs.
 */
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import { cpuList } from '../cpu-list.js';
import type { Contribution } from './part.js';

export function cputune(spec: DomainSpec): Contribution {
  const { pins, emulatorCpus } = spec.cpu;
  const tuned = [
    ...pins.map((pin) => el('vcpupin', { vcpu: pin.vcpu, cpuset: cpuList(pin.hostCpus) })),
    ...(emulatorCpus.length === 0 ? [] : [el('emulatorpin', { cpuset: cpuList(emulatorCpus) })]),
  ];
  return tuned.length === 0 ? {} : { top: [el('cputune', {}, ...tuned)] };
}
