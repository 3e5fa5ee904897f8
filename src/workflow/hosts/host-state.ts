/**
 * The state of one host in memory: the operator's settings, the row of the store, and the latest readings.
 */
import type { DomainStats, FreePages } from '../../engine/engine.js';
import type { Host, HostFacts, HostReservation } from '../../inventory/model.js';
import { defaultReservation } from '../../inventory/reservation.js';
import type { AllocationId, HostId, VnfcId } from '../../shared/ids.js';
import type { HostMoment, HostRecord } from '../../store/hosts.js';
import type { DomainView } from './fleet-view.js';

/** What the operator configured of a host. */
export interface HostSettings {
  readonly id: HostId;
  readonly zone: string;
  /** Absent: see inventory/reservation.ts. */
  readonly reserved?: HostReservation;
  readonly sharedCpuRatio: number;
  /** False: what ran on it stays down after a reboot. */
  readonly bringBack?: boolean;
}

export interface HostState {
  settings: HostSettings;
  record: HostMoment;
  facts: HostFacts | undefined;
  /** The host as placement sees it; made when it is asked for, forgotten when something of it changes. */
  host: Host | undefined;
  /** The facts are from the host itself, not from the store. */
  wasRead: boolean;
  reachable: boolean;
  /** Why it is not. */
  unreachableBecause?: string;
  /** Shown only while the host is in reach. */
  domains: Map<VnfcId, DomainView>;
  /** Domains whose state was told since the latest list of all was asked for. */
  readonly heard: Set<VnfcId>;
  stats: readonly DomainStats[];
  free: readonly FreePages[] | undefined;
  /** The look under way, and whether the host answered. */
  refreshing: Promise<boolean> | undefined;
  /** Of allocations that are about to be released: each look judges their PCI functions as free. */
  readonly released: Set<AllocationId>;
  /** The look that begins after the present one. */
  nextLook: Promise<boolean> | undefined;
  /** Its counters are being read. */
  isCounting: boolean;
}

/** PCI functions that a VNFC gives back; its guest is gone. */
export interface FunctionsGivenBack {
  readonly hostId: HostId;
  readonly vnfcId: VnfcId;
  readonly allocationIds: readonly AllocationId[];
}

/** A host as the database knows it. */
export type KnownHost = HostMoment & Pick<HostRecord, 'facts'>;

export function newHostState(settings: HostSettings, { facts, ...record }: KnownHost): HostState {
  return {
    ...{ settings, record, facts, host: undefined, wasRead: false, reachable: false },
    ...{ domains: new Map(), heard: new Set(), stats: [], free: undefined },
    ...{ refreshing: undefined, released: new Set(), nextLook: undefined, isCounting: false },
  };
}

export const isSameMoment = (a: HostMoment, b: HostMoment): boolean =>
  a.generation === b.generation && a.adminState === b.adminState;

/** The same object as long as nothing of the host changes. */
export const seenHost = (state: HostState): Host | undefined => (state.host ??= hostOf(state));

function hostOf(state: HostState): Host | undefined {
  if (state.facts === undefined) return undefined;
  const { settings, record } = state;
  return {
    id: settings.id,
    zone: settings.zone,
    adminState: record.adminState,
    reachable: state.reachable,
    facts: state.facts,
    reserved: settings.reserved ?? defaultReservation(state.facts),
    sharedCpuRatio: settings.sharedCpuRatio,
    generation: record.generation,
  };
}
