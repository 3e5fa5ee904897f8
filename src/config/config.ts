/**
 * What an operator can set (docs/configuration.md). Sources, the later winning: defaults, file, environment, flags.
 */
import type { SimulatedTemplate } from '../engine/simulated/host-spec.js';
import type { AccelerationKind, HostReservation, OperatorsWord } from '../inventory/model.js';
import type { HostId } from '../shared/ids.js';
import type { TemplateText } from './fleet-schema.js';

export interface BerthConfig {
  readonly dataDir: string;
  /** PostgreSQL URL of the database that replicas share; absent: a file in `dataDir`. Holds a password. */
  readonly store?: string;
  /** Go on with a database and a data directory that do not belong together. Only ever a flag: it is for one start. */
  readonly adoptDataDir?: boolean;
  readonly listen: ListenAddress;
  /** Given: the listener speaks TLS and nothing else. */
  readonly tls?: TlsFiles;
  /** Where clients find Berth, its path included, without a slash at the end (docs/tls-and-proxies.md). */
  readonly publicUrl?: string;
  /** Addresses and subnets of proxies whose word on the client is taken. */
  readonly trustedProxies?: readonly string[];
  /** File that who asked for what is appended to; absent: none (docs/audit-log.md). */
  readonly auditLog?: string;
  /** Given: used as it is, and no file is written. */
  readonly token?: string;
  /** Whether /metrics answers without a token. */
  readonly openMetrics: boolean;
  readonly logLevel: LogLevel;
  /** Resources per page of a collection. */
  readonly pageSize: number;
  readonly strategy: 'pack' | 'spread';
  readonly signatures: SignatureConfig;
  readonly retention: RetentionConfig;
  /** How many hosts share the processes that speak to libvirt. */
  readonly hostsPerProcess: number;
  readonly uploads: UploadConfig;
  readonly callbacks: CallbackConfig;
  readonly fleet: FleetConfig;
}

export const signaturePolicies = ['require', 'warn', 'off'] as const;

/** What is asked of the signatures of packages (docs/signatures.md). */
export interface SignatureConfig {
  readonly policy: (typeof signaturePolicies)[number];
  /** PEM file, or folder of them, with certificates that are trusted. */
  readonly trustStore?: string;
  /** File, or folder, with revocation lists; absent: revocation is not checked. */
  readonly revocationLists?: string;
}

/** Where callbacks of subscribers, and their token endpoints, may be (docs/notifications.md). */
export interface CallbackConfig {
  /** Origins that may be called even on loopback, e.g. `http://10.0.0.5:8080`, `https://*.example`. */
  readonly allowed: readonly string[];
  /** Whether nothing else may be called. */
  readonly onlyAllowed: boolean;
}

/** How large packages may be, and where they may be fetched from (SOL005 `upload_from_uri`). */
export interface UploadConfig {
  /** Largest archive; unpacked it may be twice that. */
  readonly packageGiB: number;
  /** Of the disk of `dataDir`, packages leave so much free for the database; at most a tenth of the disk. */
  readonly reserveMiB: number;
  /** Origins that may be fetched from though private or plain http. Patterns: shared/origin.ts. */
  readonly allowed: readonly string[];
  /** Whether nothing else may be fetched, https from public addresses included. */
  readonly onlyAllowed: boolean;
  /** Longest fetch. */
  readonly fetchSeconds: number;
}

/** How many ended operations are kept, and for how long (docs/store.md). */
export interface RetentionConfig {
  readonly operations: number;
  readonly days: number;
}

/** PEM files; read again when they change. */
export interface TlsFiles {
  /** The certificate, and those between it and its root. */
  readonly certificate: string;
  readonly key: string;
  /** Given: clients must show a certificate that one of these has signed. */
  readonly clientCa?: string;
}

export interface ListenAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export type FleetConfig = FleetSource &
  (
    | { readonly kind: 'libvirt'; readonly hosts: readonly HostConfig[] }
    | { readonly kind: 'simulated'; readonly hosts: readonly SimulatedHostConfig[] }
  );

/** Where the hosts stand; absent: nobody said. */
interface FleetSource {
  readonly origin?: 'configuration' | 'fleet-file';
  /** In words: `the file /etc/berth/berth.yaml`. */
  readonly source?: string;
  /** False: what runs on hosts that are added later stays down after a reboot, unless they say otherwise. */
  readonly bringBack?: false;
  /** Folder with the files of this machine that URIs of hosts may name when they come by API. */
  readonly hostFiles?: string;
  /** Machines whose libvirt may be spoken to by plain TCP. */
  readonly plainTcp?: readonly string[];
}

export interface SimulatedHostConfig {
  readonly id: HostId;
  readonly zone: string;
  /** Shared by alike hosts. */
  readonly template: SimulatedTemplate;
  /** What it was made of: others can be made like it. */
  readonly text?: TemplateText;
  /** Absent: inventory/reservation.ts decides. */
  readonly reserved?: HostReservation;
  readonly sharedCpuRatio: number;
  /** False: what ran on it stays down after a reboot. */
  readonly bringBack?: false;
}

export interface HostConfig {
  readonly id: HostId;
  /** libvirt URI, e.g. `qemu:///system`, `qemu+tls://host/system`. */
  readonly uri: string;
  readonly zone: string;
  readonly pool?: { readonly name: string; readonly path: string };
  /** Absent: inventory/reservation.ts decides. */
  readonly reserved?: HostReservation;
  readonly sharedCpuRatio: number;
  /** False: what ran on it stays down after a reboot. */
  readonly bringBack?: false;
  /** Says how the host accelerates instead of finding it out. */
  readonly acceleration?: AccelerationKind;
  /** Cards on no physical network are not given to guests. */
  readonly told: OperatorsWord;
}

/** Each line names a key, the value found, and what is allowed. */
export class ConfigError extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'ConfigError';
    this.lines = lines;
  }
}
