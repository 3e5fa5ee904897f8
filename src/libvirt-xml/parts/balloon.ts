/**
 * The balloon is there to ask the guest how much of its memory it uses (stats), never to take any: a VNF's memory is
 * promised. Without it (`full`) the guest's own view of its memory is unknown.
 */
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import type { Contribution } from './part.js';

const statsPeriodSeconds = 10;

export function balloon(spec: DomainSpec): Contribution {
  if (spec.virtualisation === 'full') return { devices: [el('memballoon', { model: 'none' })] };
  return { devices: [el('memballoon', { model: 'virtio' }, el('stats', { period: statsPeriodSeconds }))] };
}
