/**
 * The hand that moves a simulated host: what happens to real hosts by accident, a test does here on purpose.
 */
import type { VnfcId } from '../../shared/ids.js';
import type { Engine, EngineErrorKind, VolumeRef } from '../engine.js';
import type { ForeignUse, FunctionState, GuestState, Traffic } from './host-state.js';

/** Verbs that answer with a promise and reach the host. */
export type EngineVerb = Exclude<keyof Engine, 'hostId' | 'start' | 'stop' | 'isConnected' | 'onEvent'>;

export interface SimulatedControl {
  /** Cuts the connection, like a libvirt that died. Domains keep running. */
  disconnect(reason?: string): void;
  connect(): void;
  /**
   * The next call of this verb fails so. `afterEffect`: it does its work first, like an answer that got lost. Several
   * calls queue up.
   */
  failNext(verb: EngineVerb, kind: EngineErrorKind, text: string, options?: { readonly afterEffect: boolean }): void;
  /** The host loses its power and boots: nothing runs, and nobody knows why domains ended. */
  powerCycle(): void;
  /** Someone edits a running domain behind Berth's back. */
  editRunning(uuid: VnfcId, edit: (xml: string) => string): void;
  /** Someone moves the hugepages of a running domain from one cell of its host to another. */
  movePages(uuid: VnfcId, from: number, to: number): void;
  /** QEMU dies. */
  crashDomain(uuid: VnfcId): void;
  /** The guest powers itself off. */
  powerOffGuest(uuid: VnfcId): void;
  /** What the guest says of itself from now on, until its next start. */
  changeGuest(uuid: VnfcId, change: Partial<Pick<GuestState, 'ready' | 'reason' | 'hung'>>): void;
  /** Counts traffic on a card; without a MAC address on the first one. */
  addTraffic(uuid: VnfcId, traffic: Partial<Traffic>, mac?: string): void;
  /** A job such as a migration begins to hold the domain, or ends: meanwhile its QEMU is asked for no counters. */
  holdDomain(uuid: VnfcId, isHeld: boolean): void;
  /** Someone else takes (or, with a smaller number, gives back) hugepages. */
  useForeignPages(cell: number, pageSizeKiB: number, pages: number): void;
  /** A domain that is not Berth's takes this from now on; nothing: it is gone. */
  useForeign(domain: string, use: ForeignUse): void;
  /** Somebody, or a guest that ended, leaves a PCI function so; nothing: it is again as the host was made. */
  leaveFunction(address: string, left: FunctionState): void;
  /** The file system of a pool is unmounted, with all that lies there, or mounted again. */
  mount(pool: string, isMounted: boolean): void;
  /** Somebody puts a file into a pool, as an overlay on `backing` when that is given. */
  putFile(pool: string, name: string, backing?: string): void;
  /** A volume loses its end. */
  cutVolume(volume: VolumeRef, bytes: number): void;
  /** Every call takes so long from now on. */
  latency(ms: number): void;
}
