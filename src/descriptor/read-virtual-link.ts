/**
 * VnfVirtualLink (SOL001 clause 6.8.8): a network inside the VNF, with the L2 and L3 data of its profile.
 */
import type { FlavourSource } from './flavour-source.js';
import { withRole, type NodeTemplate } from './node-templates.js';
import { boolOf, child, intOf, itemsOf, optional, textOf, textsOf, type YamlNode } from './tree.js';
import type { VirtualLink } from './vnfd.js';

export const readVirtualLinks = (source: FlavourSource): readonly VirtualLink[] =>
  withRole(source.nodes, 'virtual-link').map(readVirtualLink);

const networkTypes = ['flat', 'vlan', 'vxlan', 'gre'] as const;

function readVirtualLink(node: NodeTemplate): VirtualLink {
  const profile = child(node.properties, 'vl_profile');
  const protocols = protocolData(child(profile, 'virtual_link_protocol_data'));
  const l2 = protocols.find((data) => child(data, 'l2_protocol_data') !== undefined);
  const l3 = protocols.find((data) => child(data, 'l3_protocol_data') !== undefined);
  return {
    id: node.id,
    layerProtocols: textsOf(child(node.properties, 'connectivity_type', 'layer_protocols')),
    dhcpEnabled: boolOf(child(l3, 'l3_protocol_data', 'dhcp_enabled')) ?? false,
    ...readL2(child(l2, 'l2_protocol_data')),
    ...readL3(child(l3, 'l3_protocol_data')),
    ...optional('maxBitrateBps', intOf(child(profile, 'max_bitrate_requirements', 'root'))),
  };
}

/** A list; 2.5.1 has one map. */
export const protocolData = (node: YamlNode | undefined): readonly YamlNode[] =>
  node?.kind === 'map' ? [node] : itemsOf(node);

function readL2(l2: YamlNode | undefined): Pick<VirtualLink, 'mtu' | 'networkType' | 'segmentationId'> {
  const networkType = networkTypes.find((type) => type === textOf(child(l2, 'network_type')));
  return {
    ...optional('mtu', intOf(child(l2, 'mtu'))),
    ...optional('networkType', networkType),
    ...optional('segmentationId', intOf(child(l2, 'segmentation_id'))),
  };
}

const readL3 = (l3: YamlNode | undefined): Pick<VirtualLink, 'cidr' | 'gatewayIp'> => ({
  ...optional('cidr', textOf(child(l3, 'cidr'))),
  ...optional('gatewayIp', textOf(child(l3, 'gateway_ip'))),
});
