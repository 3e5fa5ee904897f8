/**
 * External links as SOL003 tells them (ExtVirtualLinkInfo, clause 5.5.3.3): in an instance, and of an operation that changed them.
 */
import { defined } from '../shared/defined.js';
import type { AddressRequest, CpConfigEntry, ExtCpConfig, ExtVirtualLink } from './model.js';

export type ExtVirtualLinkInfo = ReturnType<typeof extVirtualLinkInfo>;

export const extVirtualLinkInfo = (link: ExtVirtualLink) => ({
  id: link.id,
  resourceHandle: {
    ...defined({ vimConnectionId: link.vimConnectionId, resourceProviderId: link.resourceProviderId }),
    resourceId: link.resourceId,
  },
  currentVnfExtCpData: link.extCps.map(renderExtCpData),
});

const renderExtCpData = (cp: ExtCpConfig) => ({
  cpdId: cp.cpdId,
  cpConfig: Object.fromEntries(
    cp.configs.map((config) => [config.cpConfigId, { cpProtocolData: [renderProtocolData(config)] }]),
  ),
});

function renderProtocolData({ addresses, vlan }: CpConfigEntry) {
  const layerProtocol = 'IP_OVER_ETHERNET' as const;
  if (addresses.length === 0) return { layerProtocol };
  const mac = addresses.find((each) => each.macAddress !== undefined)?.macAddress;
  // A wish for a MAC address alone has neither.
  const ipAddresses = addresses.filter(({ fixed, range }) => fixed.length > 0 || range).map(renderAddress);
  return {
    layerProtocol,
    ipOverEthernet: {
      ...defined({ macAddress: mac }),
      ...(vlan !== undefined && { segmentationId: String(vlan) }),
      ...(ipAddresses.length > 0 && { ipAddresses }),
    },
  };
}

function renderAddress({ type, fixed, range }: AddressRequest) {
  if (fixed.length > 0) return { type, fixedAddresses: [...fixed] };
  return { type, ...(range && { addressRange: { minAddress: range.min, maxAddress: range.max } }) };
}
