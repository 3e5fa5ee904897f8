/**
 * Capabilities of QEMU that libvirt is told not to use. libvirt notes it in the domain's log (`tainted:
 * custom-hypervisor-feature`), and refuses names that it does not know; names are never taken out.
 *
 * `cpu-unavailable-features` (since libvirt 5.4): with it libvirt 9 reads the CPU back property by property after QEMU
 * has started, about 400 round trips that are two thirds of a start, whatever `check` and the model say. Without it the
 * same feature words come in two requests, as for older QEMUs: define and start took 0.4 of the time. A libvirt that no
 * longer looks at it is simply not made faster.
 *
 * `thread-context` (since libvirt 8.10): with it the threads that fill hugepages are to run on the cell of the pages.
 * libvirt 9.0 asks for that also when `emulatorpin` keeps QEMU's threads off that cell, and QEMU ends with "Setting CPU
 * affinity failed: Invalid argument". Where the pages come from is numatune's word either way.
 */
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import type { Contribution } from './part.js';

export function capabilities(spec: DomainSpec): Contribution {
  const unused = [
    ...(spec.architecture === 'x86_64' ? ['cpu-unavailable-features'] : []),
    ...(spec.memory.filledFromAfar === true ? ['thread-context'] : []),
  ];
  if (unused.length === 0) return {};
  const dropped = unused.map((capability) => el('qemu:del', { capability }));
  return { top: [el('qemu:capabilities', { 'xmlns:qemu': 'http://libvirt.org/schemas/domain/qemu/1.0' }, ...dropped)] };
}
