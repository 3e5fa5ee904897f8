/**
 * pvpanic: a guest kernel that knows it tells the host that it has crashed, and libvirt tells Berth (state crashed,
 * not merely shut off). One I/O port. An unmodified guest would show it as unknown hardware, so not there.
 */
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import type { Contribution } from './part.js';

export const panic = (spec: DomainSpec): Contribution =>
  spec.virtualisation === 'full' ? {} : { devices: [el('panic', { model: 'isa' })] };
