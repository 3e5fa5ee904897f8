/**
 * Messages between Berth and the child processes that speak to libvirt. Structured clone carries them, so byte arrays
 * and maps pass as they are.
 */
import type { HostId } from '../../shared/ids.js';
import type { DomainState, EngineErrorKind } from '../engine.js';
import type { CallName } from './calls/registry.js';
import type { CallOptions } from './calls/context.js';

/**
 * What a child is for. `both`: libvirt drivers that live inside the process that calls them have their events there
 * too.
 */
export type Role = 'calls' | 'events' | 'both';

/** A child runs one at a time, and answers nothing else meanwhile. */
export interface CallRequest {
  readonly type: 'call';
  readonly id: number;
  readonly host: HostId;
  readonly options: CallOptions;
  readonly name: CallName;
  readonly args: readonly unknown[];
}

export type ToChild =
  | CallRequest
  /** Ends in `connected` or `disconnected`, or the child is stuck. */
  | { readonly type: 'listen'; readonly host: HostId; readonly options: CallOptions }
  /** Close what there is for this host. */
  | { readonly type: 'forget'; readonly host: HostId };

export type CallFailure =
  | { readonly by: 'libvirt'; readonly code: number; readonly domain: number; readonly text: string }
  | { readonly by: 'berth'; readonly kind: EngineErrorKind; readonly text: string }
  | { readonly by: 'fault'; readonly text: string };

export type CallReply =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: CallFailure }
  | { readonly type: 'progress'; readonly id: number };

type DomainNotice =
  | {
      readonly type: 'domain';
      readonly host: string;
      readonly uuid: string;
      readonly state: DomainState;
      readonly event: string;
      readonly detail: string;
    }
  | { readonly type: 'agent'; readonly host: string; readonly uuid: string; readonly connected: boolean };

type DeviceNotice =
  /** A device of the host came or went. */
  | { readonly type: 'devices'; readonly host: string; readonly name: string }
  /** The host tells nothing of its devices. */
  | { readonly type: 'no-device-events'; readonly host: string; readonly reason: string };

export type HostNotice = DomainNotice | DeviceNotice;

export type ConnectionNotice =
  | { readonly type: 'connected'; readonly host: string }
  | { readonly type: 'disconnected'; readonly host: string; readonly reason: string };

export type FromEvents = HostNotice | ConnectionNotice;

/** `ready`: everything is loaded, and messages are read from now on. */
export type FromChild = { readonly type: 'ready' } | CallReply | FromEvents;
