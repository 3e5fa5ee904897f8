/**
 * The channel of the QEMU guest agent.
 *
 * It is there when the descriptor says that the image has an agent, in either mode: libvirt talks to agents over
 * virtio-serial only, so an image that has one has the driver. An unmodified guest declares none and gets no
 * paravirtual device: it is stopped by ACPI and configured by its day-0 CD-ROM.
 */
import { agentChannel } from '../agent-channel.js';
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import type { Contribution } from './part.js';

export function guestAgent(spec: DomainSpec): Contribution {
  if (!spec.guestAgent) return {};
  const target = el('target', { type: 'virtio', name: agentChannel });
  return { devices: [el('channel', { type: 'unix' }, target)] };
}
