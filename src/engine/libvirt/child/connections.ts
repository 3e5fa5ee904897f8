/** This process's own connections, one for each host: opened when first needed and again whenever one has died. */
import { ConnectClose, ConnectIsAlive, ConnectOpen, type ConnectPtr, ConnectSetKeepAlive } from '../bindings.js';
import type { CallOptions, MacsByDomain } from '../calls/context.js';
import { present } from '../native.js';

/** Missed answers until the connection is given up. */
const keepAliveCount = 3;

export interface Connection {
  readonly uri: string;
  readonly conn: ConnectPtr;
  readonly macs: MacsByDomain;
}

/** By host id. */
const connections = new Map<string, Connection>();

export function connectionTo(host: string, options: CallOptions): Connection {
  const known = connections.get(host);
  if (known?.uri === options.uri && ConnectIsAlive(known.conn) === 1) return known;
  closeConnectionTo(host);
  const fresh = { uri: options.uri, conn: open(options), macs: new Map() };
  connections.set(host, fresh);
  return fresh;
}

export function closeConnectionTo(host: string): void {
  const known = connections.get(host);
  connections.delete(host);
  if (known !== undefined) ConnectClose(known.conn);
}

/** Drivers inside this process (test) have no keepalive and refuse it; they cannot be cut off either. */
export function open(options: CallOptions): ConnectPtr {
  const conn = present(ConnectOpen(options.uri));
  ConnectSetKeepAlive(conn, options.keepAliveSeconds, keepAliveCount);
  return conn;
}
