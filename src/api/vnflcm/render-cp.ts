/**
 * Connection points and external links on the wire (SOL003 clauses 4.4.1.10 to 4.4.1.12, 5.5.3.25).
 */
import type { Static } from 'typebox';
import { extVirtualLinkInfo } from '../../lifecycle/ext-link-info.js';
import type { ExtVirtualLink, Vnfc, VnfcCp } from '../../lifecycle/model.js';
import { defined } from '../../shared/defined.js';
import { subnetOf } from '../../shared/ip-address.js';
import type { extVirtualLinkInfo as extVirtualLinkInfoSchema } from './instance-schemas.js';

const isV6 = (address: string): boolean => address.includes(':');

const ipAddressInfo = (addresses: readonly string[]) =>
  addresses.map((cidr) => ({
    type: isV6(cidr) ? ('IPV6' as const) : ('IPV4' as const),
    addresses: [cidr.replace(/\/\d+$/, '')],
    isDynamic: false,
    ...defined({ subnetId: subnetOf(cidr) }),
  }));

export function cpProtocolInfo(cp: VnfcCp) {
  const ipAddresses = ipAddressInfo(cp.addresses);
  return [
    {
      layerProtocol: 'IP_OVER_ETHERNET' as const,
      ipOverEthernet: {
        macAddress: cp.mac,
        ...(cp.vlan !== undefined && { segmentationId: String(cp.vlan) }),
        ...(ipAddresses.length > 0 && { ipAddresses }),
      },
    },
  ];
}

export const cpMetadata = (cp: VnfcCp): Record<string, unknown> => ({
  order: cp.order,
  ...defined({ network: cp.network, physicalNetwork: cp.physicalNetwork }),
  ...(cp.addresses.length > 0 && { addresses: cp.addresses }),
  ...defined({ mtu: cp.mtu }),
});

/** Virtual addresses, each once; `metadata.sharedBy` names the connection points of the VNFCs that share it. */
export function renderVips(vnfcs: readonly Vnfc[]) {
  const cps = vnfcs.flatMap((vnfc) => vnfc.cps);
  const vips = new Map(cps.flatMap(({ vips: shared = [] }) => shared).map((vip) => [vip.cpdId, vip]));
  return [...vips.values()].map(({ cpdId, cpConfigId, extVirtualLinkId, addresses }) => {
    const sharedBy = cps.filter((cp) => cp.vips?.some((vip) => vip.cpdId === cpdId) === true).map(({ id }) => id);
    return {
      id: `${cpdId}/ext`,
      cpdId,
      cpConfigId,
      cpProtocolInfo: [
        { layerProtocol: 'IP_OVER_ETHERNET' as const, ipOverEthernet: { ipAddresses: ipAddressInfo(addresses) } },
      ],
      metadata: { addresses, extVirtualLinkId, sharedBy },
      ...(sharedBy[0] !== undefined && { associatedVnfcCpId: sharedBy[0] }),
    };
  });
}

export const renderExtVirtualLink = (link: ExtVirtualLink): Static<typeof extVirtualLinkInfoSchema> =>
  extVirtualLinkInfo(link);
