/**
 * Hypervisor features: ACPI (power button, hotplug, NUMA tables) and APIC. The VMware back door port is closed.
 */
import type { DomainSpec } from '../domain-spec.js';
import { el } from '../xml/element.js';
import { hypervisors } from '../hypervisors/list.js';
import { needsRemapping } from './many-vcpus.js';
import type { Contribution } from './part.js';

export const features = (spec: DomainSpec): Contribution => ({
  top: [
    el(
      'features',
      {},
      el('acpi'),
      el('apic'),
      needsRemapping(spec) ? el('ioapic', { driver: 'qemu' }) : undefined,
      el('vmport', { state: 'off' }),
      ...hypervisors[spec.acceleration].features,
    ),
  ],
});
