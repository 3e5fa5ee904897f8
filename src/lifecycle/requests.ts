/**
 * Bodies of lifecycle requests, in the form of SOL003 clause 5.5.2 (v3.3.1). The API checks shape; planning checks
 * meaning (does the flavour, level, aspect, CP exist). The JSON Schemas in `api/` are held to these types.
 */
import type { VimConnection, VimConnections } from './model.js';

type KeyValuePairs = Readonly<Record<string, unknown>>;

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

export interface InstantiateVnfRequest {
  readonly flavourId: string;
  readonly instantiationLevelId?: string;
  readonly extVirtualLinks?: readonly ExtVirtualLinkData[];
  readonly vimConnectionInfo?: VimConnections;
  readonly localizationLanguage?: string;
  readonly additionalParams?: KeyValuePairs;
  readonly extensions?: KeyValuePairs;
  readonly vnfConfigurableProperties?: KeyValuePairs;
}

export interface ScaleVnfRequest {
  readonly type: 'SCALE_OUT' | 'SCALE_IN';
  readonly aspectId: string;
  /** Default 1. */
  readonly numberOfSteps?: number;
}

export interface OperateVnfRequest {
  readonly changeStateTo: 'STARTED' | 'STOPPED';
  readonly stopType?: 'FORCEFUL' | 'GRACEFUL';
  /** Seconds. */
  readonly gracefulStopTimeout?: number;
  readonly additionalParams?: KeyValuePairs;
}

export interface TerminateVnfRequest {
  readonly terminationType: 'FORCEFUL' | 'GRACEFUL';
  /** Seconds. */
  readonly gracefulTerminationTimeout?: number;
}

/** JSON Merge Patch (RFC 7396): null removes, at any level. */
export interface VnfInfoModificationRequest {
  readonly vnfInstanceName?: string | null;
  readonly vnfInstanceDescription?: string | null;
  readonly metadata?: KeyValuePairs | null;
  readonly extensions?: KeyValuePairs | null;
  readonly vnfConfigurableProperties?: KeyValuePairs | null;
  readonly vimConnectionInfo?: VimConnectionsPatch | null;
}

export type VimConnectionsPatch = Readonly<Record<string, VimConnectionPatch | null>>;

type VimConnectionPatch = { readonly [Name in keyof VimConnection]?: VimConnection[Name] | null };
