/**
 * The channel of the QEMU guest agent: a virtio-serial port with the name that agent and libvirt agree on.
 *
 * An unmodified guest (`full`) has none. libvirt talks to agents over virtio-serial only, and a paravirtual device is
 * what `full` promises not to need. Such a guest is stopped by ACPI and configured by its day-0 CD-ROM.
 */
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import type { Contribution } from './part.js';

export function guestAgent(spec: DomainSpec): Contribution {
  if (!spec.guestAgent || spec.virtualisation === 'full') return {};
  const target = el('target', { type: 'virtio', name: 'org.qemu.guest_agent.0' });
  return { devices: [el('channel', { type: 'unix' }, target)] };
}
