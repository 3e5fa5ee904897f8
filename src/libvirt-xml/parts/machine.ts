/**
 * The virtual main board: q35, the one PC machine type with PCI Express, booted by SeaBIOS from the device with the
 * lowest boot order (each bootable device carries its own). No graphics card is part of it, in either mode.
 */
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import type { Contribution } from './part.js';

const machines: Readonly<Record<string, string>> = { x86_64: 'q35' };

export function machine(spec: DomainSpec): Contribution {
  const type = machines[spec.architecture];
  if (type === undefined) {
    throw new RangeError(`no machine type is known for architecture ${spec.architecture}; known: x86_64`);
  }
  return { top: [el('os', {}, el('type', { arch: spec.architecture, machine: type }, 'hvm'))] };
}
