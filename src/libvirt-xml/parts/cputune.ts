/**
 * Where threads of the domain may run, and before whom: each vCPU on its host CPUs, QEMU's own threads (emulator) on
 * theirs; real-time vCPUs under the FIFO scheduler at its lowest priority, which is above everything that is not
 * real-time and below the host's own real-time threads.
 */
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import { cpuList } from '../cpu-list.js';
import type { Contribution } from './part.js';

export function cputune(spec: DomainSpec): Contribution {
  const { pins, emulatorCpus, realtimeVcpus = [] } = spec.cpu;
  const tuned = [
    ...pins.map((pin) => el('vcpupin', { vcpu: pin.vcpu, cpuset: cpuList(pin.hostCpus) })),
    ...(emulatorCpus.length === 0 ? [] : [el('emulatorpin', { cpuset: cpuList(emulatorCpus) })]),
    ...(realtimeVcpus.length === 0
      ? []
      : [el('vcpusched', { vcpus: cpuList(realtimeVcpus), scheduler: 'fifo', priority: 1 })]),
  ];
  return tuned.length === 0 ? {} : { top: [el('cputune', {}, ...tuned)] };
}
