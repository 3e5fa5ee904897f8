/**
 * Entropy from the host, so that a guest's first keys are not made of nothing. virtio only: an unmodified guest
 * gathers its own.
 */
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import type { Contribution } from './part.js';

export function rng(spec: DomainSpec): Contribution {
  if (spec.virtualisation === 'full') return {};
  return { devices: [el('rng', { model: 'virtio' }, el('backend', { model: 'random' }, '/dev/urandom'))] };
}
