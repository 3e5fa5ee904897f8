/**
 * Parts of lifecycle requests that several share, in the form of SOL003 clause 5.5.2 (v3.3.1); the body of each operation
 * stands with it (operations/). The API checks shape; planning checks meaning (does the flavour, level, aspect, CP exist).
 * The JSON Schemas in `api/` are held to these types.
 */
import type { VimConnection } from './model.js';

export type KeyValuePairs = Readonly<Record<string, unknown>>;

export interface CreateVnfRequest {
  readonly vnfdId: string;
  readonly vnfInstanceName?: string;
  readonly vnfInstanceDescription?: string;
  readonly metadata?: KeyValuePairs;
}

export interface IpAddressData {
  readonly type: 'IPV4' | 'IPV6';
  readonly fixedAddresses?: readonly string[];
  readonly numDynamicAddresses?: number;
  readonly addressRange?: { readonly minAddress: string; readonly maxAddress: string };
  /** Berth reads CIDR notation here (`10.1.0.0/24`): the prefix length and, for dynamic addresses, the subnet. */
  readonly subnetId?: string;
}

export interface CpProtocolData {
  readonly layerProtocol: 'IP_OVER_ETHERNET';
  readonly ipOverEthernet?: {
    readonly macAddress?: string;
    readonly segmentationId?: string;
    readonly ipAddresses?: readonly IpAddressData[];
  };
}

export interface VnfExtCpConfig {
  readonly cpProtocolData?: readonly CpProtocolData[];
}

export interface VnfExtCpData {
  readonly cpdId: string;
  readonly cpConfig?: Readonly<Record<string, VnfExtCpConfig>>;
}

export interface ExtVirtualLinkData {
  readonly id: string;
  readonly vimConnectionId?: string;
  readonly resourceProviderId?: string;
  /** Name of a host network, see GET /nfvi/v1/hosts. */
  readonly resourceId: string;
  readonly extCps: readonly VnfExtCpData[];
}

/** Entries of `cpConfig` are merged by their key; null removes one. */
export interface VnfExtCpPatch {
  readonly cpdId: string;
  readonly cpConfig?: Readonly<Record<string, VnfExtCpConfig | null>>;
}

export type ExtVirtualLinkPatch = Omit<ExtVirtualLinkData, 'extCps'> & { readonly extCps: readonly VnfExtCpPatch[] };

export type VimConnectionsPatch = Readonly<Record<string, VimConnectionPatch | null>>;

type VimConnectionPatch = { readonly [Name in keyof VimConnection]?: VimConnection[Name] | null };
