/**
 * Hypervisor features: ACPI (power button, hotplug, NUMA tables) and APIC. The VMware back door port is closed.
 */
import { el } from '../xml/element.js';
import type { Contribution } from './part.js';

export const features = (): Contribution => ({
  top: [el('features', {}, el('acpi'), el('apic'), el('vmport', { state: 'off' }))],
});
