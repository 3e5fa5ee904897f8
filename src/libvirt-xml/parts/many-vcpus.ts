/**
 * More than 255 vCPUs: their APIC ids need more than eight bits, and so an IOMMU that remaps interrupts in extended mode.
 * That needs an I/O APIC of QEMU's (`features.ts`). A guest that has PCI functions of the host beside it has its mappings
 * followed (`caching_mode`), or the functions would write to wrong places.
 */
import type { DomainSpec } from '../domain-spec.js';
import { el } from '../xml/element.js';
import type { Contribution } from './part.js';

const mostWithoutRemapping = 255;

export const needsRemapping = ({ cpu }: DomainSpec): boolean => cpu.vcpus > mostWithoutRemapping;

export function manyVcpus(spec: DomainSpec): Contribution {
  if (!needsRemapping(spec)) return {};
  const hasFunctions = spec.interfaces.some(({ source }) => source.kind === 'hostdev');
  const driver = el('driver', { intremap: 'on', ...(hasFunctions ? { caching_mode: 'on' } : {}), eim: 'on' });
  return { devices: [el('iommu', { model: 'intel' }, driver)] };
}
