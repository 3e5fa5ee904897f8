/**
 * What a call gets: its process's own connection and the options of the host. A call does everything in one hop:
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

/** MAC addresses by device, of each domain by UUID. */
export type MacsByDomain = Map<string, ReadonlyMap<string, string>>;

/** What a host is asked for once in a connection. */
export interface ToldOnce {
  /** libvirt asks the host's resolver for it, which takes many seconds where no name server answers. */
  hostname?: string;
}

export interface CallContext {
  readonly conn: ConnectPtr;
  /** What calls have read so far; these two live as long as the connection. */
  readonly macs: MacsByDomain;
  readonly told: ToldOnce;
  readonly options: CallOptions;
  /** Says that a long call is alive: its deadline starts again. */
  readonly progress: () => void;
}
