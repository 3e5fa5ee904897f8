/**
 * What a call gets: its worker's own connection and the options of the host. A call does everything in one hop:
 * look up, act, decode, free.
 */
import type { ConnectPtr } from '../bindings.js';

export interface CallOptions {
  readonly uri: string;
  /** The pool that Berth makes for itself. */
  readonly pool: { readonly name: string; readonly path: string };
  /** Where this host's libvirtd keeps `<domain>.pid`; absent when that is not this machine. */
  readonly pidDirectory?: string;
  readonly keepAliveSeconds: number;
}

export interface CallContext {
  readonly conn: ConnectPtr;
  readonly options: CallOptions;
  /** Says that a long call is alive: its deadline starts anew. */
  readonly progress: () => void;
}
