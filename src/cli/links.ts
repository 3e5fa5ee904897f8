/**
 * `--link CPD=NETWORK[,SUBNET[,FIRST-LAST]][,vlan=ID]` as ExtVirtualLinkData (SOL003 clause 4.4.1.11): one external CP on one
 * host network, with an address from the subnet, or from a range of it, and for a virtual function the VLAN of its frames.
 */
import type { Json } from './client.js';

const form = 'CPD=NETWORK[,SUBNET[,FIRST-LAST]][,vlan=ID]';

export function linkOf(text: string): Json {
  const read = /^([^=,]+)=([^,]+)(?:,([^,]+\/\d+)(?:,([^,-]+)-([^,-]+))?)?(?:,vlan=(\d+))?$/.exec(text);
  const [, cpdId, resourceId, subnetId, minAddress, maxAddress, segmentationId] = read ?? [];
  if (cpdId === undefined) throw new Error(`--link ${text}: write ${form}`);
  if (subnetId === undefined && segmentationId === undefined) return { id: cpdId, resourceId, extCps: [{ cpdId }] };
  const ipOverEthernet = {
    ...(segmentationId !== undefined && { segmentationId }),
    ...(subnetId !== undefined && { ipAddresses: [addressOf(subnetId, minAddress, maxAddress)] }),
  };
  const cpProtocolData = [{ layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet }];
  return { id: cpdId, resourceId, extCps: [{ cpdId, cpConfig: { [cpdId]: { cpProtocolData } } }] };
}

function addressOf(subnetId: string, minAddress: string | undefined, maxAddress: string | undefined): Json {
  const addresses =
    minAddress === undefined ? { numDynamicAddresses: 1 } : { addressRange: { minAddress, maxAddress } };
  return { type: subnetId.includes(':') ? 'IPV6' : 'IPV4', ...addresses, subnetId };
}
