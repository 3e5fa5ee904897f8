/**
 * VnfVirtualLink (SOL001 clause 6.8.8): a network inside the VNF, with the L2 and L3 data of its profile.
 */
import type { FlavourSource } from './flavour-source.js';
import type { NodeTemplate } from '../tosca/node-templates.js';
import { parseTime } from '../tosca/scalar-units.js';
import { asMap, boolOf, child, intOf, itemsOf, textOf, textsOf, type YamlNode } from '../tosca/tree.js';
import type { LinkProfile, VirtualLink } from './model.js';
import { withRole } from './roles.js';
import { defined } from '../shared/defined.js';

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
    ...defined({ maxBitrateBps: intOf(child(profile, 'max_bitrate_requirements', 'root')) }),
    ...defined({ profile: readProfile(node, child(l2, 'l2_protocol_data'), child(l3, 'l3_protocol_data')) }),
  };
}

function readProfile(
  { properties }: NodeTemplate,
  l2: YamlNode | undefined,
  l3: YamlNode | undefined,
): LinkProfile | undefined {
  const profile = child(properties, 'vl_profile');
  const pools = itemsOf(child(l3, 'ip_allocation_pools')).flatMap((pool) => {
    const [start, end] = [textOf(child(pool, 'start_ip_address')), textOf(child(pool, 'end_ip_address'))];
    return start === undefined || end === undefined ? [] : [{ start, end }];
  });
  const read: LinkProfile = {
    ...defined({ flowPattern: wordOf(flowPatterns, child(properties, 'connectivity_type', 'flow_pattern')) }),
    ...defined({ maxLeafBitrateBps: intOf(child(profile, 'max_bitrate_requirements', 'leaf')) }),
    ...defined({ minBitrateBps: intOf(child(profile, 'min_bitrate_requirements', 'root')) }),
    ...defined({ minLeafBitrateBps: intOf(child(profile, 'min_bitrate_requirements', 'leaf')) }),
    ...defined({ qos: readQos(child(profile, 'qos')) }),
    ...defined({ vlanTransparent: boolOf(child(l2, 'vlan_transparent')) }),
    ...defined({ ipVersion: wordOf(ipVersions, child(l3, 'ip_version')) }),
    ...defined({ allocationPools: pools.length === 0 ? undefined : pools }),
    ...defined({ ipv6AddressMode: wordOf(addressModes, child(l3, 'ipv6_address_mode')) }),
  };
  return Object.keys(read).length === 0 ? undefined : read;
}

function readQos(qos: YamlNode | undefined): LinkProfile['qos'] {
  if (asMap(qos) === undefined) return undefined;
  const ratio = Number(textOf(child(qos, 'packet_loss_ratio')) ?? Number.NaN);
  return {
    ...defined({ latencyS: parseTime(textOf(child(qos, 'latency'))) }),
    ...defined({ delayVariationS: parseTime(textOf(child(qos, 'packet_delay_variation'))) }),
    ...defined({ lossRatio: Number.isNaN(ratio) ? undefined : ratio }),
  };
}

const flowPatterns = ['line', 'tree', 'mesh'] as const;
const ipVersions = ['ipv4', 'ipv6'] as const;
const addressModes = ['slaac', 'dhcpv6-stateful', 'dhcpv6-stateless'] as const;

const wordOf = <T extends string>(words: readonly T[], node: YamlNode | undefined): T | undefined =>
  words.find((word) => word === textOf(node));

/** A list; 2.5.1 has one map. */
export const protocolData = (node: YamlNode | undefined): readonly YamlNode[] =>
  node?.kind === 'map' ? [node] : itemsOf(node);

function readL2(l2: YamlNode | undefined): Pick<VirtualLink, 'mtu' | 'networkType' | 'segmentationId'> {
  const networkType = wordOf(networkTypes, child(l2, 'network_type'));
  return {
    ...defined({ mtu: intOf(child(l2, 'mtu')) }),
    ...defined({ networkType }),
    ...defined({ segmentationId: intOf(child(l2, 'segmentation_id')) }),
  };
}

const readL3 = (l3: YamlNode | undefined): Pick<VirtualLink, 'cidr' | 'gatewayIp'> => ({
  ...defined({ cidr: textOf(child(l3, 'cidr')) }),
  ...defined({ gatewayIp: textOf(child(l3, 'gateway_ip')) }),
});
