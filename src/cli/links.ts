/**
 * `--link CPD=NETWORK[,SUBNET[,FIRST-LAST]]` as ExtVirtualLinkData (SOL003 clause 4.4.1.11): one external CP on one host
 * network, with an address from the subnet, or from a range of it.
 */
import type { Json } from './client.js';

export function linkOf(text: string): Json {
  const form = /^([^=,]+)=([^,]+)(?:,([^,]+\/\d+)(?:,([^,-]+)-([^,-]+))?)?$/.exec(text);
  const [, cpdId, resourceId, subnetId, minAddress, maxAddress] = form ?? [];
  if (cpdId === undefined) throw new Error(`--link ${text}: write CPD=NETWORK[,SUBNET[,FIRST-LAST]]`);
  if (subnetId === undefined) return { id: cpdId, resourceId, extCps: [{ cpdId }] };
  const addresses =
    minAddress === undefined ? { numDynamicAddresses: 1 } : { addressRange: { minAddress, maxAddress } };
  const ipAddresses = [{ type: subnetId.includes(':') ? 'IPV6' : 'IPV4', ...addresses, subnetId }];
  const cpProtocolData = [{ layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet: { ipAddresses } }];
  return { id: cpdId, resourceId, extCps: [{ cpdId, cpConfig: { [cpdId]: { cpProtocolData } } }] };
}
