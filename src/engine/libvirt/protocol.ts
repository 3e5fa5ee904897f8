/**
 * Messages between Berth and the child process of a host, and inside the child between its main thread and its
 * workers. Structured clone carries them, so byte arrays and maps pass as they are.
 */
import type { DomainState, EngineErrorKind } from '../engine.js';
import type { CallName } from './calls/registry.js';
import type { CallOptions } from './calls/context.js';

export interface ChildOptions extends CallOptions {
  /** Slots whose workers are started at once. */
  readonly readySlots: readonly number[];
}

/** Given to the child as its first message. */
export interface Begin {
  readonly type: 'begin';
  readonly options: ChildOptions;
}

/** Each slot is a worker, started at the beginning or with its first call. */
export interface CallRequest {
  readonly type: 'call';
  readonly id: number;
  readonly slot: number;
  readonly name: CallName;
  readonly args: readonly unknown[];
}

export type ToChild = Begin | CallRequest;

export type CallFailure =
  | { readonly by: 'libvirt'; readonly code: number; readonly domain: number; readonly text: string }
  | { readonly by: 'berth'; readonly kind: EngineErrorKind; readonly text: string }
  | { readonly by: 'fault'; readonly text: string };

export type CallReply =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: CallFailure }
  | { readonly type: 'progress'; readonly id: number };

export type DomainNotice =
  | {
      readonly type: 'domain';
      readonly uuid: string;
      readonly state: DomainState;
      readonly event: string;
      readonly detail: string;
    }
  | { readonly type: 'agent'; readonly uuid: string; readonly connected: boolean };

export type ConnectionNotice =
  /** An attempt begins: it must end in one of the next two, or the child is stuck. */
  | { readonly type: 'opening' }
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected'; readonly reason: string };

export type FromChild =
  CallReply | DomainNotice | ConnectionNotice | { readonly type: 'fatal'; readonly reason: string };

/** Addresses of the event worker's callbacks, for the control worker to register. */
export interface Trampolines {
  readonly lifecycle: bigint;
  readonly agent: bigint;
  readonly close: bigint;
}

export type FromEventWorker =
  | { readonly type: 'ready'; readonly trampolines: Trampolines }
  | { readonly type: 'closed'; readonly reason: string }
  | DomainNotice;
