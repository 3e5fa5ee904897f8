/**
 * An isolated layer-2 network of its own bridge: no addresses, no forwarding, no DHCP. Guests own the addressing;
 * IPv6 between guests is let through although the host has no address there (libvirt's formatnetwork, `ipv6`).
 * Spanning tree is off and the forwarding delay 0, so that the first frame passes.
 */
import { el } from './xml/element.js';
import { render } from './xml/render.js';

export interface IsolatedNetwork {
  /** libvirt network name. */
  readonly name: string;
  /** Bridge to create, at most 15 characters. */
  readonly bridge: string;
  readonly mtu?: number;
}

export function networkXml(network: IsolatedNetwork): string {
  return render(
    el(
      'network',
      { ipv6: true },
      el('name', {}, network.name),
      el('bridge', { name: network.bridge, stp: 'off', delay: 0 }),
      network.mtu === undefined ? undefined : el('mtu', { size: network.mtu }),
    ),
  );
}
