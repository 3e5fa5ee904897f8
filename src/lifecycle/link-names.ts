/**
 * What the network of an internal link and its bridge are called: as the instance has it already, on whichever host, or
 * again. A VNFC that joins later is to find the network that is there, whatever names are made of by then.
 */
import type { InternalLink } from './internal-link.js';
import type { VnfInstance } from './model.js';
import { linkBridgeName, linkNetworkName } from './naming.js';

export function linkNames(
  { id, instantiated }: VnfInstance,
  virtualLink: string,
): Pick<InternalLink, 'network' | 'bridge'> {
  const there = instantiated?.virtualLinks.find((link) => link.virtualLinkDescId === virtualLink);
  return {
    network: there?.network ?? linkNetworkName(id, virtualLink),
    bridge: there?.bridge ?? linkBridgeName(id, virtualLink),
  };
}
