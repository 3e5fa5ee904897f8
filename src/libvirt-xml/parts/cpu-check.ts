/**
 * How libvirt reads the CPU back after QEMU has started. libvirt 9 asks for every CPU property one by one, about 400
 * round trips that are two thirds of a start, whatever `check` and the model say. Without the capability named here it
 * reads the same feature words in two requests, as it does for older QEMUs: define and start took 0.4 of the time.
 * The name has been in libvirt since 5.4 and names are never taken out; a libvirt that no longer looks at it is
 * simply not made faster. libvirt notes it in the domain's log (`tainted: custom-hypervisor-feature`).
 */
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import type { Contribution } from './part.js';

export function cpuCheck(spec: DomainSpec): Contribution {
  if (spec.architecture !== 'x86_64') return {};
  const capabilities = el(
    'qemu:capabilities',
    { 'xmlns:qemu': 'http://libvirt.org/schemas/domain/qemu/1.0' },
    el('qemu:del', { capability: 'cpu-unavailable-features' }),
  );
  return { top: [capabilities] };
}
