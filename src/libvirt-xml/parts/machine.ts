/**
 * The virtual main board: q35, the one PC machine type with PCI Express, booted by SeaBIOS from the device with the
 * lowest boot order (each bootable device carries its own). No graphics card is part of it, in either mode.
 */
import { guestMachines } from '../../inventory/guest-machines.js';
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import type { Contribution } from './part.js';

export function machine(spec: DomainSpec): Contribution {
  const type = guestMachines[spec.architecture];
  if (type === undefined) {
    throw new RangeError(
      `no machine type is known for architecture ${spec.architecture}; known: ${Object.keys(guestMachines).join(', ')}`,
    );
  }
  return { top: [el('os', {}, el('type', { arch: spec.architecture, machine: type }, 'hvm'))] };
}
