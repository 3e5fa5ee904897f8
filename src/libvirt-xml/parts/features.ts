/**
 * Hypervisor features: ACPI (power button, hotplug, NUMA tables) and APIC. The VMware back door port is closed.
 *
 * An emulated guest has a small cache of translated code. QEMU's own, of 1 GiB, fills with the code of every process that
 * ever started, and a kernel that boots over their pages then waits for minutes: each write walks through all
 * translations of its page.
 */
import type { DomainSpec } from '../domain-spec.js';
import { el } from '../xml/element.js';
import { needsRemapping } from './many-vcpus.js';
import type { Contribution } from './part.js';

const translationsMiB = '64';

export const features = (spec: DomainSpec): Contribution => ({
  top: [
    el(
      'features',
      {},
      el('acpi'),
      el('apic'),
      needsRemapping(spec) ? el('ioapic', { driver: 'qemu' }) : undefined,
      el('vmport', { state: 'off' }),
      spec.acceleration === 'tcg' ? el('tcg', {}, el('tb-cache', { unit: 'MiB' }, translationsMiB)) : undefined,
    ),
  ],
});
